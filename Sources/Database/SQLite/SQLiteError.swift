internal import CSQLite

extension DatabaseError {
    /// The last error of a connection.
    static func last(on connection: OpaquePointer, sql: String?) -> DatabaseError {
        let code = sqlite3_extended_errcode(connection)
        let message = String(cString: sqlite3_errmsg(connection))
        return DatabaseError(kind: kind(ofPrimaryCode: code & 0xff), code: "\(code)", message: message, sql: sql)
    }

    private static func kind(ofPrimaryCode code: Int32) -> Kind {
        switch code {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_FULL, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOMEM: .unavailable
        case SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH: .forbidden
        case SQLITE_CONSTRAINT: .constraint
        default: .unexpected
        }
    }
}
