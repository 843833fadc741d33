internal import Database
internal import Foundation

extension KeyTable {
    /// Writes credentials, health and audit rows of new keys inside the caller's transaction. Where several are to be
    /// the default of one tenant, scope and provider, the last one becomes it.
    static func insert(_ new: [SealedNewKey], now: Date, in transaction: AuditedTransaction) throws {
        let defaults = Dictionary(
            new.filter(\.key.isDefault).map { (DefaultPlace($0.key), $0.key.id) }, uniquingKeysWith: { $1 })
        let ids = Set(defaults.values)
        try unsetDefaults(of: defaults.keys, in: transaction)
        // In order of ids, as in tables and indexes: in random order the same pages would be written again and again.
        let new = new.sorted { $0.key.id < $1.key.id }
        try transaction.execute(
            Self.credential,
            rows: new.map { new in
                KeyColumn.allCases.map { new.value($0, isDefault: ids.contains(new.key.id)) }
            })
        try HealthTable.insert(new.map { ($0.key.health, $0.key.id, $0.key.provider) }, in: transaction)
        for new in new { try transaction.append(new.key.audit(.keyAdded, new.observation, at: now)) }
    }

    private static let credential = BatchStatement.insert(into: "stored_key", KeyColumn.allCases.definitions)
}
