/// The template databases of a cluster, each prepared once.
actor PostgresTemplates {
    private var preparing: [String: Task<String, any Error>] = [:]

    func template(_ name: String, make: @escaping @Sendable () async throws -> String) async throws -> String {
        if let task = preparing[name] { return try await task.value }
        let task = Task(operation: make)
        preparing[name] = task
        return try await task.value
    }
}

extension PostgresCluster {
    /// The name of a database for ``makeDatabase(template:)`` to copy: `prepare` fills it, once for each `name` in this
    /// cluster. Afterwards its connections are ended, and it accepts no new ones.
    ///
    /// - Throws: what `prepare` throws; ``TestSupportFailure``.
    public func template(
        _ name: String, prepare: @escaping @Sendable (PostgresDatabase) async throws -> Void
    ) async throws -> String {
        try await templates.template(name) { [self] in
            let database = try PostgresDatabase(self, template: nil, isKept: true)
            try await prepare(database)
            let closing = [
                "ALTER DATABASE \(database.name) WITH ALLOW_CONNECTIONS false",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database.name)'",
            ]
            try psql(closing, url("postgres", .socket))
            return database.name
        }
    }
}
