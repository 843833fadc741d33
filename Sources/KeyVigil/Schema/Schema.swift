package import Database

/// The store's tables, as forward-only steps. Times are UTC text of fixed width; ids are lower-case UUIDs.
///
/// `key_health` is apart from `stored_key`, so that recording a probe never writes the credential; it is clustered by
/// slice, so that a sweep reads and writes neighbouring rows.
package enum Schema {
    /// Every migration, in order.
    package static func migrations(for dialect: Dialect) -> [Migration] {
        let schema = SchemaText(dialect: dialect)
        return [
            Migration(version: 1, sql: schema.first), Migration(version: 2, sql: schema.judgement),
            Migration(version: 3, sql: schema.details), Migration(version: 4, sql: schema.budgets),
            Migration(version: 5, sql: schema.hosts), Migration(version: 6, sql: schema.counts),
            Migration(version: 7, sql: schema.catalogueUse), Migration(version: 8, sql: schema.usable),
            Migration(version: 9, sql: schema.masterKeys + schema.writers),
            Migration(version: 10, sql: schema.sumsByStatement),
            Migration(version: 11, sql: schema.auditLookup),
            Migration(version: 12, sql: schema.auditPartitions + schema.controlClaims + schema.ends),
            Migration(version: 13, sql: schema.breakers),
        ]
    }

    /// The schema version that this program needs.
    package static let version = migrations(for: .sqlite).count
}
