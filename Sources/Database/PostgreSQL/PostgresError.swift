internal import CPostgres

extension DatabaseError {
    /// What the server said of a statement.
    init(_ result: OpaquePointer, sql: String?) {
        let state = keyvigil_sqlstate(result).map { String(cString: $0) } ?? "XX000"
        let message = keyvigil_message(result).map { String(cString: $0) } ?? "the server gave no reason"
        self.init(kind: Self.kind(state), code: state, message: message, sql: sql, remedy: Self.remedy(state))
    }

    /// The connection broke, or the server was silent for too long.
    static func lost(_ reason: String, sql: String? = nil) -> DatabaseError {
        DatabaseError(kind: .unavailable, code: "08006", message: reason, sql: sql, remedy: .reconnect)
    }

    /// Something before this statement failed; its own error is told instead.
    static func aborted(_ sql: String?) -> DatabaseError {
        DatabaseError(kind: .unexpected, code: "25P02", message: "an earlier statement failed", sql: sql)
    }

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

    private static func remedy(_ state: String) -> Remedy {
        switch state {
        case "40001", "40P01", "55P03", unknownStatement: .again
        // The last: we were paused in the middle, and the server went on without us.
        case "57P01", "57P02", "57P03", "25P03": .reconnect
        default: state.hasPrefix("08") ? .reconnect : .none
        }
    }

    /// A pooler gave us another server connection, which does not know what we had prepared.
    static let unknownStatement = "26000"
}
