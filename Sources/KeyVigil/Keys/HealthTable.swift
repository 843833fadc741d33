internal import Database
internal import Foundation
package import Vocabulary

/// The table `key_health`: what probes have shown about each key, apart from the credential.
package enum HealthTable {
    /// Writes a key's health if the stored one is still `seen`; otherwise returns false and writes nothing.
    ///
    /// Comparing version and status is not enough: while a probe is under way, an operator may disable a key that the
    /// job had disabled, or forbid the tenant to use keys of its own. Each such change moves or removes the next
    /// probe. An answer that another runner stored meanwhile may leave the next probe as it was, but moves the last
    /// check.
    ///
    /// - Throws: `DatabaseError`; let the transaction roll back.
    package static func write(
        _ health: KeyHealth, keyID: String, ifStill seen: KeyHealth, in transaction: StoreTransaction
    ) throws -> Bool {
        let change = HealthChange(health, keyID: keyID, ifStill: seen)
        return try write([change], in: transaction)[0]
    }

    /// Writes many changes like ``write(_:keyID:ifStill:in:)`` and returns for each whether it was written.
    ///
    /// - Throws: `DatabaseError`; let the transaction roll back.
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
        let rows = rows.map { row in
            [.id(row.keyID), .text(row.provider)] + HealthColumn.allCases.map { row.health.value($0) }
        }
        try transaction.execute(Self.newHealth, rows: rows)
    }

    private static let newHealth = BatchStatement.insert(
        into: "key_health", [("key_id", .id), ("provider", .text)] + HealthColumn.allCases.definitions)

    /// Schedules the next probe of a tenant's keys at `date`, or never where it is nil, as ``KeyHealth/schedule(_:)``
    /// does: keys that the job does not check (``KeyHealth/isProbed``) stay without one. It is one statement, because
    /// a key that were read first might be changed before it is written.
    static func schedule(_ date: Date?, tenantID: String, in transaction: StoreTransaction) throws {
        try transaction.execute(
            """
            UPDATE key_health SET next_probe_at = $1
            WHERE (status = 'active' OR (status = 'disabled' AND disabled_by = 'job'))
                AND key_id IN (SELECT id FROM stored_key WHERE tenant_id = $2)
            """, [.time(date), .text(tenantID)])
    }
}
