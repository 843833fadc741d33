internal import CPostgres

extension DatabaseError {
    /// The server's error for a statement.
    init(_ result: OpaquePointer, sql: String?) {
        let state = keyvigil_sqlstate(result).map { String(cString: $0) } ?? "XX000"
        let message = keyvigil_message(result).map { String(cString: $0) } ?? "the server gave no reason"
        self.init(kind: Self.kind(state), code: state, message: message, sql: sql, retry: Self.retry(state))
    }

    /// The connection broke, or the server did not answer in time.
    static func lost(_ reason: String, sql: String? = nil) -> DatabaseError {
        DatabaseError(kind: .unavailable, code: "08006", message: reason, sql: sql, retry: .onNewConnection)
    }

    /// An earlier statement of the transaction failed; its own error is the one to throw.
    static func aborted(_ sql: String?) -> DatabaseError {
        DatabaseError(kind: .unexpected, code: "25P02", message: "an earlier statement failed", sql: sql)
    }

    /// The SQLSTATE of a statement that the server does not know as prepared: a pooler switched to another server
    /// connection.
    static let unknownStatement = "26000"

    /// Classes and codes: PostgreSQL's manual, appendix A.
    private static func kind(_ state: String) -> Kind {
        switch state {
        case "40001", "40P01", "55P03", "57014": .busy
        case "57P01", "57P02", "57P03", "25P03", "3D000", "25006": .unavailable
        case "42501": .forbidden
        default:
            switch state.prefix(2) {
            case "08", "53", "58": .unavailable
            case "28": .forbidden
            case "23": .constraint
            default: .unexpected
            }
        }
    }

    private static func retry(_ state: String) -> Retry {
        switch state {
        case "40001", "40P01", "55P03", unknownStatement: .onSameConnection
        // 25P03: this process was paused in the transaction, and the server's idle timeout ended the session.
        case "57P01", "57P02", "57P03", "25P03": .onNewConnection
        default: state.hasPrefix("08") ? .onNewConnection : .never
        }
    }
}

extension DatabaseError {
    /// The server refused the connection, or could not be reached.
    ///
    /// - Parameter report: libpq's report. It names host, user and database, never the password, and holds no code.
    ///   It has a line for each address that was tried, and indented lines with hints. The server's own line says
    ///   most.
    static func refused(_ report: String) -> DatabaseError {
        let lines = report.split(separator: "\n").filter { !$0.hasPrefix("\t") }
        let line = lines.last { $0.contains("FATAL:") } ?? lines.last { $0.contains(" failed: ") } ?? lines.last
        let message = line.map(String.init) ?? ""
        if message.contains("root certificate file") {
            let remedy = "name the authorities in the URL, as in sslrootcert=/etc/ssl/certs/ca-certificates.crt"
            return DatabaseError(kind: .unavailable, code: "08001", message: "\(message); \(remedy)", sql: nil)
        }
        let isPermanent = permanentRefusals.contains(where: message.contains)
        return DatabaseError(
            kind: isPermanent ? .forbidden : .unavailable, code: "08001", message: message, sql: nil,
            retry: isPermanent ? .never : .onNewConnection)
    }

    /// Refusals that another attempt would meet again.
    private static let permanentRefusals = [
        "authentication failed", "does not exist", "no pg_hba.conf entry", "not permitted to log in",
        "permission denied",
    ]
}
