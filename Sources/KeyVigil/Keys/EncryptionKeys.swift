internal import Database
internal import Foundation
public import Secrets

/// The ring that was handed in is not the one this store was written with. Exit status 78; nothing was touched.
public struct WrongKeyRing: Error, Equatable, CustomStringConvertible {
    /// What to do about it.
    public var description: String {
        "the encryption key is not the one this store was written with; set BYOK_ENCRYPTION_KEY or "
            + "BYOK_ENCRYPTION_KEYS to the key it was, nothing was touched"
    }
}

extension KeyStore {
    /// Compares the ring with what the store knows of its keys (ruling 23) before anything else happens.
    ///
    /// At least one id must be common and every common one must agree; ids new to the store are noted, so that a
    /// damaged copy is caught next time. A store without keys accepts any ring.
    public func verify(_ ring: KeyRing) async throws {
        let now = now()
        try await database.transaction { connection in
            let isUnused = try connection.first("SELECT 1 FROM stored_key LIMIT 1") { _ in true } == nil
            if isUnused { try connection.execute("DELETE FROM encryption_key") }
            let known = Dictionary(
                uniqueKeysWithValues: try connection.query("SELECT id, check_value FROM encryption_key") {
                    (UInt32($0.integer(0)), $0.blob(1))
                })
            let common = ring.keys.filter { known[$0.id] != nil }
            guard known.isEmpty || !common.isEmpty, common.allSatisfy({ known[$0.id] == $0.checkValue }) else {
                throw WrongKeyRing()
            }
            for key in ring.keys where known[key.id] == nil {
                try connection.execute(
                    "INSERT INTO encryption_key (id, check_value, since) VALUES ($1, $2, $3)",
                    [.integer(Int(key.id)), .blob(key.checkValue), .time(now)])
            }
        }
    }
}
