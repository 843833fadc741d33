extension SchemaText {
    /// The time up to which runners have reserved probes of a provider, to share its rate (ruling 13).
    var budgets: String {
        "CREATE TABLE provider_budget (provider TEXT PRIMARY KEY, free_from \(time) NOT NULL)\(clustered);\n"
    }
}
