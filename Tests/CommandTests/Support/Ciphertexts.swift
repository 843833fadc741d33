import Database
import Secrets

/// Ciphertexts in a machine's store, which a test reads and moves directly.
enum Ciphertexts {
    struct Stored: Sendable {
        let id: String
        let bytes: [UInt8]
        /// The id of the master key in the ciphertext's header, as the program prints it.
        var ring: String { MasterKey.name(Sealer.keyRingID(of: bytes)) }
    }

    static func read(_ machine: Machine) async throws -> [Stored] {
        try await machine.open().read { connection in
            try connection.query("SELECT id, ciphertext FROM stored_key ORDER BY id") { row in
                Stored(id: row.text(0), bytes: row.blob(1))
            }
        }
    }

    static func write(_ changes: [(id: String, bytes: [UInt8])], _ machine: Machine) async throws {
        try await machine.open().transaction { connection in
            for change in changes {
                try connection.execute(
                    "UPDATE stored_key SET ciphertext = $1 WHERE id = $2", [.blob(change.bytes), .id(change.id)])
            }
        }
    }
}
