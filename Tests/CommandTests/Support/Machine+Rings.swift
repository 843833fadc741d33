import Foundation
import Secrets

/// Master keys of a test, by the labels that people gave them; a ring is some of them in an order.
struct MasterKeys: Sendable {
    private let keys: [String: String]

    /// The machine's own key, and new ones beside it.
    init(_ machine: Machine, own: String, _ labels: String...) throws {
        keys = try Dictionary(uniqueKeysWithValues: labels.map { ($0, try KeyRing.newKey()) })
            .merging([own: machine.masterKey]) { $1 }
    }

    func text(_ labels: [String]) -> String { labels.map { "\($0):\(keys[$0] ?? "")" }.joined(separator: ",") }

    /// What a program is given whose ring holds these, the first of which encrypts.
    func ring(_ labels: String...) -> [String: String] {
        ["BYOK_ENCRYPTION_KEY": "", "BYOK_ENCRYPTION_KEYS": text(labels)]
    }

    func keyRing(_ labels: String...) throws -> KeyRing { try KeyRing(text(labels).utf8) }

    /// The id of one of them, as the program writes it.
    func id(_ label: String) throws -> String { MasterKey.name(try KeyRing(text([label]).utf8).primary.id) }
}

extension Machine {
    /// How many stored keys are under this master key.
    func keys(under id: String) async throws -> Int {
        let counted = try await open().read { connection in
            try connection.query("SELECT substr(ciphertext, 2, 4), count(*) FROM stored_key GROUP BY 1") { row in
                (row.blob(0).reduce(0) { $0 << 8 | UInt32($1) }, row.integer(1))
            }
        }
        return counted.first { MasterKey.name($0.0) == id }?.1 ?? 0
    }
}
