extension SchemaText {
    /// From when on nobody has reserved the provider's time: its rate holds over all runners.
    var budgets: String {
        "CREATE TABLE provider_budget (provider TEXT PRIMARY KEY, free_from \(time) NOT NULL)\(clustered);\n"
    }
}
