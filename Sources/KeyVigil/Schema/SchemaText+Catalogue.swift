extension SchemaText {
    /// Which entries of the catalogue runs have used, and when: of two that differ, the one that came later judges.
    var catalogueUse: String {
        """
        CREATE TABLE catalogue_use (
            provider TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            first_used_at \(time) NOT NULL,
            last_used_at \(time) NOT NULL,
            PRIMARY KEY (provider, content_hash)
        )\(clustered);

        """
    }
}
