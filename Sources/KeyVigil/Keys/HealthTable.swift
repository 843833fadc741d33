internal import Database
internal import Foundation
package import Vocabulary

/// The table `key_health`: what probes know of each key, apart from the credential.
package enum HealthTable {
    /// Writes a key's health if nobody changed it since it was `seen`; false where somebody did, and then nothing was
    /// written.
    ///
    /// Version and status are not enough: an operator may disable what the job had disabled, or switch the tenant's
    /// BYOK off, while a probe is on its way. Each such change moves or removes the key's turn; and an answer that another
    /// stored meanwhile, whose next turn may be the same, moves the last check.
    package static func write(
        _ health: KeyHealth, keyID: String, ifStill seen: KeyHealth, in transaction: StoreTransaction
    ) throws -> Bool {
        let change = HealthChange(health, keyID: keyID, ifStill: seen)
        return try write([change], in: transaction)[0]
    }

    /// Many of them together; of each whether it was written.
    package static func write(_ changes: [HealthChange], in transaction: StoreTransaction) throws -> [Bool] {
        let texts = transaction.connection.dialect == .sqlite ? HealthStatements.embedded : HealthStatements.server
        var written = [Bool](repeating: false, count: changes.count)
        for (isRoutine, statement) in [(true, texts.routine), (false, texts.all)] {
            let numbers = changes.indices.filter { changes[$0].isRoutine == isRoutine }
            let isWritten = try transaction.execute(statement, rows: numbers.map { changes[$0].values })
            for (number, isWritten) in zip(numbers, isWritten) { written[number] = isWritten }
        }
        return written
    }

    static func insert(_ rows: [(health: KeyHealth, keyID: String, provider: String)], in transaction: StoreTransaction)
        throws
    {
        try transaction.execute(Self.newHealth, rows: rows.map { $0.health.values(of: $0.keyID, $0.provider) })
    }

    private static let newHealth = BatchStatement.insert(
        into: "key_health",
        [
            ("slice", .integer), ("key_id", .text), ("provider", .text), ("key_version", .integer), ("slot", .integer),
            ("last_checked_at", .time), ("last_conclusive_at", .time), ("last_finding", .text),
            ("next_probe_at", .time), ("exhausted_since", .time), ("key_type", .text), ("alive_at", .time),
            ("host", .text),
        ])

    /// Puts the keys that the job looks after on the schedule at `date`, or takes them off it.
    static func schedule(_ date: Date?, tenantID: String, in transaction: StoreTransaction) throws {
        try transaction.execute(
            """
            UPDATE key_health SET next_probe_at = $1
            WHERE (status = 'active' OR (status = 'disabled' AND disabled_by = 'job'))
                AND (slice, key_id) IN (SELECT h.slice, h.key_id FROM stored_key k JOIN key_health h ON h.key_id = k.id
                    WHERE k.tenant_id = $2)
            """, [.time(date), .text(tenantID)])
    }
}
