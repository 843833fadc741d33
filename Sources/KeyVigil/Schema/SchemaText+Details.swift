extension SchemaText {
    /// What a review of the judgement and of idle runs added.
    var details: String { canaries + lookups }

    /// A canary speaks for keys of its own type. What earlier versions stored does not say which, so it is asked anew.
    private var canaries: String {
        """
        ALTER TABLE control ADD COLUMN key_type TEXT NOT NULL DEFAULT '';
        ALTER TABLE control ADD COLUMN is_outvoted \(flag) NOT NULL DEFAULT FALSE;
        DELETE FROM control WHERE kind = 'canary';
        ALTER TABLE provider_brake ADD COLUMN by_canary \(flag) NOT NULL DEFAULT FALSE;

        """
    }

    /// So that a run with nothing due reads indexes alone, however many keys there are, and what a condition that may
    /// flap remembers.
    ///
    /// Dropped and made again under their old names, for neither engine can widen an index in place.
    private var lookups: String {
        """
        DROP INDEX key_health_coverage;
        CREATE INDEX key_health_coverage ON key_health (status, last_conclusive_at, provider, key_type);
        DROP INDEX key_health_due;
        CREATE INDEX key_health_due ON key_health (slice, next_probe_at, key_id, provider)
            WHERE next_probe_at IS NOT NULL;
        CREATE INDEX key_health_suspected ON key_health (provider, key_type)
            WHERE suspected_since IS NOT NULL AND status = 'active';
        CREATE INDEX tenant_without_byok ON tenant (id) WHERE NOT byok;
        ALTER TABLE condition ADD COLUMN absent_since \(time);

        """
    }
}
