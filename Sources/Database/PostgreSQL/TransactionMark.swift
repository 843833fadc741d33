internal import Foundation

/// By what the server knows a transaction after the connection to it was lost.
struct TransactionMark {
    private let transaction: String
    private let process: Int

    static let query = "SELECT pg_current_xact_id()::text, pg_backend_pid()"

    init(_ row: Row) {
        transaction = row.text(0)
        process = row.integer(1)
    }

    /// Whether it was committed, or nil while it is still open there: its session is ended then, so that the next
    /// question has an answer.
    func outcome(on link: PostgresLink) throws -> Bool? {
        var status = ""
        let transaction = PostgresParameters([.text(transaction)])
        try link.execute("SELECT pg_xact_status($1::text::xid8)", transaction) { result in
            for row in result.rows { status = row.text(0) }
        }
        try link.synchronize()
        switch status {
        case "committed": return true
        case "aborted": return false
        default:
            let process = PostgresParameters([.integer(process)])
            try link.execute("SELECT pg_terminate_backend($1::bigint::integer)", process, take: nil)
            try link.synchronize()
            return nil
        }
    }
}
