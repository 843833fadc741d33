extension TransactionMode {
    var begin: String {
        self == .reading ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN ISOLATION LEVEL READ COMMITTED"
    }

    /// Reads the clock and makes the transaction's settings; `$1` and `$2` are the two timeouts below. By
    /// `set_config`, because a session's `SET` would not hold behind a pooler.
    ///
    /// - The idle timeout ends a transaction that a paused process left open before others give up waiting for its
    ///   locks.
    /// - Each statement is planned once, for any values: its first values say little about later ones.
    /// - Compilation and parallel workers cost more than they save, as each statement handles few rows.
    static let configure = """
        SELECT clock_timestamp(), set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),
            set_config('idle_in_transaction_session_timeout', '5s', true),
            set_config('plan_cache_mode', 'force_generic_plan', true), set_config('jit', 'off', true),
            set_config('max_parallel_workers_per_gather', '0', true)
        """

    /// How long the server works at one statement; `0` for no limit.
    var statementTimeout: String { self == .migrating ? "0" : "12s" }

    /// How long a statement waits for a lock; `0` for no limit. Less than the statement timeout: a wait that is too
    /// long must end as a lost conflict, which is retried, and not as a statement that takes too long, which is not.
    var lockTimeout: String { self == .migrating ? "0" : "8s" }

    /// Seconds to wait for a result.
    var resultTimeout: Double {
        self == .migrating ? PostgresConnection.migrationTimeout : PostgresConnection.usualTimeout
    }

    /// Takes the lock on the whole store, until the transaction ends. Shared transactions share it, other writers
    /// hold it alone: so these see the store as a writer in SQLite does.
    var lockStore: String {
        let function = self == .shared ? "pg_advisory_xact_lock_shared" : "pg_advisory_xact_lock"
        return "SELECT \(function)(\(Self.storeLock))"
    }

    /// `keyvigil` in ASCII.
    private static let storeLock = 0x6b65_7976_6967_696c
}
