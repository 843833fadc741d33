extension SchemaText {
    /// Which catalogue entries runs have used, and when. Where two runners' entries of a provider differ, only the
    /// runner with the newer one disables keys (ruling 30).
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
