internal import Database
internal import Foundation

/// The store's tables: `schema.sqlite.sql` and `schema.postgresql.sql`, one file for each engine.
///
/// Before the first release the schema is not migrated: a program uses stores of its own ``version`` only (ruling 64).
package enum Schema {
    /// The number of the schema that this program needs; a change of either file raises it.
    package static let version = 1

    /// The statements that make the tables in an empty store.
    static func statements(for dialect: Dialect) -> String {
        let file =
            switch dialect {
            case .sqlite: PackageResources.schema_sqlite_sql
            case .postgresql: PackageResources.schema_postgresql_sql
            }
        return String(decoding: file, as: UTF8.self)
    }

    /// Makes the tables in an empty store and records the store's id.
    ///
    /// - Throws: `DatabaseError`, and ``UnusableSchema/encoding(_:)`` for a server's database that is not UTF-8.
    static func make(at now: Date, in connection: Connection) throws {
        try requireUTF8(connection)
        try connection.script(statements(for: connection.dialect))
        try connection.execute(
            "INSERT INTO keyvigil_store (schema_version, made_at) VALUES ($1, $2)", [.integer(version), .time(now)])
    }

    /// Texts of other encodings, such as a mail's, could not be stored.
    private static func requireUTF8(_ connection: Connection) throws {
        guard connection.dialect == .postgresql else { return }
        let encoding = try connection.first("SHOW server_encoding") { $0.text(0) } ?? ""
        guard encoding == "UTF8" else { throw UnusableSchema.encoding(encoding) }
    }
}
