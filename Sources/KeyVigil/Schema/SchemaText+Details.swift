extension SchemaText {
    /// Additions for canaries by type of key and for runs with nothing due.
    var details: String { canaries + lookups }

    /// A canary counts for keys of its own type. Results that earlier versions stored do not have the type, so they
    /// are deleted and the canary is probed again.
    private var canaries: String {
        """
        ALTER TABLE control ADD COLUMN key_type TEXT NOT NULL DEFAULT '';
        ALTER TABLE control ADD COLUMN is_outvoted \(flag) NOT NULL DEFAULT FALSE;
        DELETE FROM control WHERE kind = 'canary';
        ALTER TABLE provider_brake ADD COLUMN by_canary \(flag) NOT NULL DEFAULT FALSE;

        """
    }

    /// Indexes with which a run that has nothing due reads no table rows, however many keys there are; and the time
    /// since which a condition has been absent, for one that flaps (ruling 20).
    ///
    /// Indexes are dropped and made again under their old names, because neither engine can add a column to an index.
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
