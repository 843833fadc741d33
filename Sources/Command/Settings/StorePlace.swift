internal import Database

/// Where the store is.
enum StorePlace: CustomStringConvertible {
    /// A SQLite file.
    case file(String)
    /// A database on a PostgreSQL server.
    case server(PostgresURL)

    /// The path, or server and database; never a password.
    var description: String {
        switch self {
        case .file(let path): path
        case .server(let url): url.description
        }
    }
}
