extension SchemaText {
    /// Keeps the numbers of keys as sums, so that no run scans all keys to count them; and keeps what each check of a
    /// key changes in few and narrow indexes.
    var counts: String { sums + (dialect == .sqlite ? embeddedSums : serverSums) + indexes }

    /// Triggers update the sums, so that they hold whichever program writes keys.
    private var sums: String {
        """
        CREATE TABLE key_count (
            provider TEXT NOT NULL,
            key_type TEXT NOT NULL,
            host TEXT NOT NULL,
            status TEXT NOT NULL,
            keys INTEGER NOT NULL\(dialect == .sqlite ? ", PRIMARY KEY (provider, key_type, host, status)" : "")
        )\(clustered);
        INSERT INTO key_count (provider, key_type, host, status, keys)
            SELECT provider, key_type, host, status, count(*) FROM key_health GROUP BY provider, key_type, host, status;

        """
    }

    private var embeddedSums: String {
        let add = { (row: String, number: Int) in
            """
            INSERT INTO key_count VALUES (\(row).provider, \(row).key_type, \(row).host, \(row).status, \(number))
                ON CONFLICT (provider, key_type, host, status) DO UPDATE SET keys = keys + \(number);
            """
        }
        return """
            CREATE TRIGGER key_count_insert AFTER INSERT ON key_health BEGIN \(add("new", 1)) END;
            CREATE TRIGGER key_count_delete AFTER DELETE ON key_health BEGIN \(add("old", -1)) END;
            CREATE TRIGGER key_count_update AFTER UPDATE OF provider, key_type, host, status ON key_health
                WHEN old.provider <> new.provider OR old.key_type <> new.key_type OR old.host <> new.host
                    OR old.status <> new.status
                BEGIN \(add("old", -1)) \(add("new", 1)) END;

            """
    }

    /// On a server a sum has several rows, which runs add up now and then: writers that changed the same row would
    /// wait for each other.
    private var serverSums: String {
        """
        CREATE FUNCTION keyvigil_count_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                INSERT INTO key_count VALUES (OLD.provider, OLD.key_type, OLD.host, OLD.status, -1);
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO key_count VALUES (NEW.provider, NEW.key_type, NEW.host, NEW.status, 1);
            END IF;
            RETURN NULL;
        END
        $$;
        CREATE TRIGGER key_count_change AFTER INSERT OR DELETE ON key_health
            FOR EACH ROW EXECUTE FUNCTION keyvigil_count_keys();
        CREATE TRIGGER key_count_update AFTER UPDATE OF provider, key_type, host, status ON key_health FOR EACH ROW
            WHEN ((OLD.provider, OLD.key_type, OLD.host, OLD.status)
                IS DISTINCT FROM (NEW.provider, NEW.key_type, NEW.host, NEW.status))
            EXECUTE FUNCTION keyvigil_count_keys();
        ALTER TABLE key_health DROP CONSTRAINT key_health_pkey;
        ALTER TABLE key_health ADD PRIMARY KEY (key_id);
        DROP INDEX key_health_key;

        """
    }

    private var indexes: String {
        let dead = ["invalid", "revoked", "expired", "suspended"].map { "'\($0)'" }.joined(separator: ", ")
        return """
            DROP INDEX key_health_coverage;
            CREATE INDEX key_health_coverage ON key_health (last_conclusive_at) WHERE status = 'active';
            DROP INDEX key_health_due;
            CREATE INDEX key_health_due ON key_health (slice, next_probe_at, provider) WHERE next_probe_at IS NOT NULL;
            CREATE INDEX key_health_odd ON key_health (provider)
                WHERE status = 'active' AND last_finding IN ('keyTypeRetired', \(dead));
            CREATE INDEX key_health_stuck ON key_health (uncheckable_since) WHERE uncheckable_since IS NOT NULL;

            """
    }
}
