internal import Database

extension KeyStore {
    /// Runs `body` in a transaction for writes that are not audited: leases, claims and rates.
    ///
    /// No other writer runs at the same time. On PostgreSQL `body` may run again from its beginning.
    ///
    /// - Throws: what `body` throws, and `DatabaseError`; the transaction then rolls back.
    package func transaction<Value: Sendable>(
        _ body: @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await database.transaction { try body(StoreTransaction(connection: $0, now: now())) }
    }

    /// Like ``transaction(_:)``, but on PostgreSQL concurrent with other shared transactions: for statements that are
    /// safe by their conditions and by row locks.
    package func sharedTransaction<Value: Sendable>(
        _ body: @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await database.sharedTransaction { try body(StoreTransaction(connection: $0, now: now())) }
    }

    /// Runs `body` in a transaction that continues the audit log of `run`: its effects and its audit rows are stored
    /// together or not at all (promise 4).
    ///
    /// No other writer runs at the same time. On PostgreSQL `body` may run again from its beginning.
    ///
    /// - Throws: what `body` throws, and `DatabaseError`; the transaction then rolls back.
    package func transaction<Value: Sendable>(
        of run: AuditedRun, _ body: @Sendable (AuditedTransaction) throws -> Value
    ) async throws -> Value {
        let head = run.head
        let (value, newHead) = try await database.transaction { try audited($0, from: head, body) }
        run.advance(to: newHead)
        return value
    }

    /// Like ``transaction(of:_:)``, but on PostgreSQL concurrent with other shared transactions: for statements that
    /// are safe by their conditions and by row locks.
    package func sharedTransaction<Value: Sendable>(
        of run: AuditedRun, _ body: @Sendable (AuditedTransaction) throws -> Value
    ) async throws -> Value {
        let head = run.head
        let (value, newHead) = try await database.sharedTransaction { try audited($0, from: head, body) }
        run.advance(to: newHead)
        return value
    }

    /// The value of `body`, and the head of the audit log after it.
    private func audited<Value>(
        _ connection: Connection, from head: AuditHead, _ body: (AuditedTransaction) throws -> Value
    ) throws -> (Value, AuditHead) {
        let transaction = AuditedTransaction(connection: connection, now: now(), head: head)
        return (try body(transaction), transaction.head)
    }

    /// Runs one command that writes: its own audit run (ruling 29), its effects and its audit rows are stored
    /// together or not at all.
    ///
    /// - Throws: what `body` throws, and `DatabaseError`; the transaction then rolls back.
    package func command<Value: Sendable>(
        _ body: @Sendable (AuditedTransaction) throws -> Value
    ) async throws -> Value {
        let startedAt = now()
        let record = RunRecord(kind: .command, runner: runner, program: program, startedAt: startedAt)
        let run = try AuditedRun(record)
        return try await database.transaction { connection in
            let transaction = AuditedTransaction(connection: connection, now: startedAt, head: run.head)
            try RunTable.insert(record, in: transaction)
            let value = try body(transaction)
            try RunTable.finish(record.id, outcome: .complete, at: startedAt, in: transaction)
            return value
        }
    }
}
