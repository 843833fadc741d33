package import Database

/// What a database holds of keyvigil's schema.
package enum SchemaState: Sendable, Equatable {
    /// Nothing: a store can be made in it.
    case empty
    /// The schema with this number; nil for a store from before schema 1.
    case schema(Int?)
    /// An SQLite file of another program.
    case foreign

    /// SQLite's `application_id` of a store: "KVGL".
    static let applicationID = 0x4b56_474c

    /// Reads it and writes nothing.
    ///
    /// - Throws: `DatabaseError`.
    package init(of connection: Connection) throws {
        switch connection.dialect {
        case .sqlite: try self.init(ofFile: connection)
        case .postgresql: try self.init(ofServer: connection)
        }
    }

    private init(ofFile connection: Connection) throws {
        let application = try connection.first("PRAGMA application_id") { $0.integer(0) } ?? 0
        let tables = Set(try connection.query("SELECT name FROM sqlite_master WHERE type = 'table'") { $0.text(0) })
        if application == Self.applicationID, tables.contains("keyvigil_store") {
            self = .schema(try Self.number(in: connection))
        } else if tables.isSuperset(of: ["schema_migration", "stored_key"]) {
            self = .schema(nil)
        } else {
            self = tables.isEmpty && application == 0 ? .empty : .foreign
        }
    }

    /// Other programs may have tables in the same database; they are none of ours.
    private init(ofServer connection: Connection) throws {
        let (isStore, isOldStore) =
            try connection.first(
                """
                SELECT to_regclass('keyvigil_store') IS NOT NULL,
                    to_regclass('schema_migration') IS NOT NULL AND to_regclass('stored_key') IS NOT NULL
                """
            ) { ($0.flag(0), $0.flag(1)) } ?? (false, false)
        self = isStore ? .schema(try Self.number(in: connection)) : isOldStore ? .schema(nil) : .empty
    }

    private static func number(in connection: Connection) throws -> Int {
        try connection.first("SELECT schema_version FROM keyvigil_store") { $0.integer(0) } ?? 0
    }

    /// Whether the store can be used as it is; false for one that is still to be made.
    ///
    /// - Throws: ``UnusableSchema`` for any other store.
    package func isReady() throws(UnusableSchema) -> Bool {
        switch self {
        case .empty: return false
        case .schema(Schema.version): return true
        case .schema(let found?) where found > Schema.version: throw .newer(found)
        case .schema(let found): throw .older(found)
        case .foreign: throw .foreign
        }
    }
}
