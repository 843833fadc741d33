extension Schema {
    /// Step 3: what the judgement and an idle run turned out to need beside the first two.
    static let details = lookups

    /// So that a run with nothing due reads indexes alone, however many keys there are, and what a condition that may
    /// flap remembers.
    ///
    /// Dropped and made again under their old names, for neither engine can widen an index in place.
    private static let lookups = """
        DROP INDEX key_health_coverage;
        CREATE INDEX key_health_coverage ON key_health (status, last_conclusive_at, provider, key_type);
        DROP INDEX key_health_due;
        CREATE INDEX key_health_due ON key_health (slice, next_probe_at, key_id, provider)
            WHERE next_probe_at IS NOT NULL;
        CREATE INDEX key_health_suspected ON key_health (provider, key_type)
            WHERE suspected_since IS NOT NULL AND status = 'active';
        CREATE INDEX tenant_without_byok ON tenant (id) WHERE NOT byok;
        ALTER TABLE condition ADD COLUMN absent_since TEXT;

        """
}
