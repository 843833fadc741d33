import Foundation
import Secrets

/// A test's master keys by label; a ring is a sequence of them.
struct MasterKeys: Sendable {
    private let keys: [String: String]

    /// The machine's own key, labelled with the value of `own`, and a new key for each other label.
    init(_ machine: Machine, own: String, _ labels: String...) throws {
        keys = try Dictionary(uniqueKeysWithValues: labels.map { ($0, try KeyRing.newKey()) })
            .merging([own: machine.masterKey]) { $1 }
    }

    func text(_ labels: [String]) -> String { labels.map { "\($0):\(keys[$0] ?? "")" }.joined(separator: ",") }

    /// The environment of a program whose ring has these keys; the first encrypts.
    func ring(_ labels: String...) -> [String: String] {
        ["BYOK_ENCRYPTION_KEY": "", "BYOK_ENCRYPTION_KEYS": text(labels)]
    }

    func keyRing(_ labels: String...) throws -> KeyRing { try KeyRing(text(labels).utf8) }

    /// The id of a master key, as the program prints it.
    func id(_ label: String) throws -> String { MasterKey.name(try KeyRing(text([label]).utf8).primary.id) }
}

extension Machine {
    /// The number of stored keys that are sealed under this master key.
    func keys(under id: String) async throws -> Int {
        let counted = try await open().read { connection in
            try connection.query("SELECT substr(ciphertext, 2, 4), count(*) FROM stored_key GROUP BY 1") { row in
                (row.blob(0).reduce(0) { $0 << 8 | UInt32($1) }, row.integer(1))
            }
        }
        return counted.first { MasterKey.name($0.0) == id }?.1 ?? 0
    }
}
