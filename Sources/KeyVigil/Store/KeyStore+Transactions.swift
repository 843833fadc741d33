internal import Database

extension KeyStore {
    /// Runs `body` in a transaction that writes what the audit log does not tell: leases, claims and rates.
    ///
    /// No other writer runs at the same time. On PostgreSQL `body` may run again from its beginning.
    package func transaction<Value: Sendable>(
        _ body: @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await database.transaction { try body(StoreTransaction(connection: $0, now: now())) }
    }

    /// Like ``transaction(_:)``, but on PostgreSQL beside others of its kind: for statements that protect themselves by
    /// their conditions and by row locks.
    package func sharedTransaction<Value: Sendable>(
        _ body: @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await database.sharedTransaction { try body(StoreTransaction(connection: $0, now: now())) }
    }

    /// Runs `body` in a transaction that continues the audit log of `run`: its effects and its audit rows, all or nothing.
    ///
    /// No other writer runs at the same time. On PostgreSQL `body` may run again from its beginning.
    package func transaction<Value: Sendable>(
        of run: AuditedRun, _ body: @Sendable (AuditedTransaction) throws -> Value
    ) async throws -> Value {
        let head = run.head
        let (value, newHead) = try await database.transaction { connection in
            let transaction = AuditedTransaction(connection: connection, now: now(), head: head)
            return (try body(transaction), transaction.head)
        }
        run.advance(to: newHead)
        return value
    }

    /// Like ``transaction(of:_:)``, but on PostgreSQL beside others of its kind: for statements that protect themselves by
    /// their conditions and by row locks.
    package func sharedTransaction<Value: Sendable>(
        of run: AuditedRun, _ body: @Sendable (AuditedTransaction) throws -> Value
    ) async throws -> Value {
        let head = run.head
        let (value, newHead) = try await database.sharedTransaction { connection in
            let transaction = AuditedTransaction(connection: connection, now: now(), head: head)
            return (try body(transaction), transaction.head)
        }
        run.advance(to: newHead)
        return value
    }

    /// Runs one writing command: its own audit run (ruling 29), its effects and its audit rows, all or nothing.
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
            try RunTable.finish(record.id, outcome: "complete", at: startedAt, in: transaction)
            return value
        }
    }
}
