internal import Foundation

/// How a transaction is known again after the connection to it was lost: a row of this process that only it writes.
///
/// The transaction's number alone would not do: a server that crashed may give it to another.
struct TransactionMark {
    let session: String
    private let mark = "\(UInt64.random(in: 0...UInt64.max))"
    /// Server process and transaction number, once the server has told them.
    private var place: (process: Int, transaction: Int)?

    static let table = """
        CREATE TABLE transaction_mark (session TEXT PRIMARY KEY, mark TEXT NOT NULL, at TIMESTAMPTZ NOT NULL);

        """

    /// Before the first change of a transaction.
    static let writing = """
        INSERT INTO transaction_mark (session, mark, at) VALUES ($1, $2, clock_timestamp())
        ON CONFLICT (session) DO UPDATE SET mark = excluded.mark, at = excluded.at
        RETURNING pg_backend_pid(), (pg_current_xact_id()::text::numeric % 4294967296)::bigint
        """

    static let forgetting = "DELETE FROM transaction_mark WHERE at < clock_timestamp() - interval '30 days'"

    init(session: String) { self.session = session }

    var values: [SQLValue] { [.text(session), .text(mark)] }

    /// Whether the server has answered, and so has begun the transaction.
    var isPlaced: Bool { place != nil }

    mutating func note(_ row: Row) { place = (row.integer(0), row.integer(1)) }

    /// Whether it was committed. Where it is still open its session is ended first; the server then waits until that
    /// is done, because both want the same row.
    func isCommitted(on link: PostgresLink) throws -> Bool {
        if let place {
            try link.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE pid = $1 AND backend_xid IS NOT NULL AND backend_xid::text::bigint = $2
                """, PostgresParameters([.integer(place.process), .integer(place.transaction)]), take: nil)
        }
        var found = ""
        try link.execute(
            """
            INSERT INTO transaction_mark (session, mark, at) VALUES ($1, '', clock_timestamp())
            ON CONFLICT (session) DO UPDATE SET at = excluded.at RETURNING mark
            """, PostgresParameters([.text(session)])
        ) { result in
            for row in result.rows { found = row.text(0) }
        }
        try link.receive()
        return found == mark
    }
}
