/// A row that a transaction writes to tell later, when the reply to COMMIT was lost, whether it was committed. Each
/// process has one row, and writes a new random mark into it with each transaction.
///
/// The rows are in the table `transaction_mark (session, mark, at)`, which the schema must have.
///
/// The server's transaction number alone would not do: a server that crashed may assign it again.
struct TransactionMark {
    let session: String
    private let mark = "\(UInt64.random(in: 0...UInt64.max))"
    /// Nil until the server has answered to ``write``.
    private var place: (process: Int, transaction: Int)?

    /// Runs before the first change of a transaction; returns its server process and transaction number.
    static let write = """
        INSERT INTO transaction_mark (session, mark, at) VALUES ($1, $2, clock_timestamp())
        ON CONFLICT (session) DO UPDATE SET mark = excluded.mark, at = excluded.at
        RETURNING pg_backend_pid(), (pg_current_xact_id()::text::numeric % 4294967296)::bigint
        """

    static let deleteOld = "DELETE FROM transaction_mark WHERE at < clock_timestamp() - interval '30 days'"

    init(session: String) { self.session = session }

    /// The values for ``write``.
    var values: [SQLValue] { [.text(session), .text(mark)] }

    /// Whether the server has answered to ``write``.
    var isPlaced: Bool { place != nil }

    /// Keeps the answer to ``write``.
    mutating func setPlace(from row: PostgresRow) {
        place = (process: row.integer(0), transaction: row.integer(1))
    }

    /// Whether the transaction was committed. If it is still open, its server process is terminated first; the INSERT
    /// then waits for its end, because both write the same row.
    func isCommitted(on connection: PostgresConnection) throws -> Bool {
        if let place {
            try connection.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE pid = $1 AND backend_xid IS NOT NULL AND backend_xid::text::bigint = $2
                """, with: PostgresParameters([.integer(place.process), .integer(place.transaction)]))
        }
        var found = ""
        try connection.execute(
            """
            INSERT INTO transaction_mark (session, mark, at) VALUES ($1, '', clock_timestamp())
            ON CONFLICT (session) DO UPDATE SET at = excluded.at RETURNING mark
            """, with: PostgresParameters([.text(session)])
        ) { result in
            for row in result.rows { found = row.text(0) }
        }
        try connection.receive()
        return found == mark
    }
}
