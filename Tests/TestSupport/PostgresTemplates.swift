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
    /// A database for ``makeDatabase(template:)`` to copy: `prepare` fills it, once for each `name` in this cluster.
    ///
    /// Nobody can connect to it afterwards, and whoever still is connected is cut off.
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
