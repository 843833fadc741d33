extension SchemaText {
    /// The audit log. Its rows are append-only: even the owner cannot change one in SQL without dropping a trigger.
    var audit: String { dialect == .sqlite ? embeddedAudit : serverAudit }

    /// A hash index, because a key's rows are only looked up by the whole id: its entries are a third as long, and
    /// each check of a key adds one.
    var auditLookup: String {
        guard dialect == .postgresql else { return "" }
        return """
            DROP INDEX audit_entry_key;
            CREATE INDEX audit_entry_key ON audit_entry USING hash (key_id) WHERE key_id IS NOT NULL;

            """
    }

    /// Replaces the functions that make partitions. They run with the owner's rights, so every name is qualified:
    /// nothing that the caller may create (a temporary table or type, a function that fits the arguments better) can
    /// take its place. A partition is made apart and then attached, which does not wait for readers.
    var auditPartitions: String {
        guard dialect == .postgresql else { return "" }
        return """
            CREATE OR REPLACE FUNCTION keyvigil_guard_audit(guarded regclass) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                EXECUTE pg_catalog.format('CREATE TRIGGER audit_entry_no_change
                    BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION keyvigil_audit_is_append_only()', guarded);
                EXECUTE pg_catalog.format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_entry_no_change', guarded);
                EXECUTE pg_catalog.format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_entry_no_row_change', guarded);
            END
            $$;
            CREATE OR REPLACE FUNCTION keyvigil_make_audit_partitions(since timestamptz, months integer) RETURNS void
                LANGUAGE plpgsql SECURITY DEFINER AS $$
            DECLARE
                month text;
                partition text;
            BEGIN
                FOR ahead IN 0..least(months, 24) LOOP
                    month := pg_catalog.to_char(
                        since AT TIME ZONE 'UTC' + pg_catalog.make_interval(months => ahead), 'YYYY-MM');
                    partition := pg_catalog.format('%I.%I', pg_catalog.current_schema(),
                        'audit_entry_' || pg_catalog.replace(month, '-', '_'));
                    IF pg_catalog.to_regclass(partition) IS NULL THEN
                        EXECUTE pg_catalog.format('CREATE TABLE %s (LIKE audit_entry)', partition);
                        EXECUTE pg_catalog.format(
                            'ALTER TABLE audit_entry ATTACH PARTITION %s FOR VALUES IN (%L)', partition, month);
                        PERFORM keyvigil_guard_audit(partition::regclass);
                    END IF;
                END LOOP;
            END
            $$;
            DO $$
            BEGIN
                EXECUTE pg_catalog.format(
                    'ALTER FUNCTION keyvigil_make_audit_partitions(timestamptz, integer) SET search_path = %I, pg_temp',
                    current_schema());
            END
            $$;

            """
    }

    private var columns: String {
        """
        seq INTEGER NOT NULL,
            run_month TEXT NOT NULL,
            at \(time) NOT NULL,
            actor TEXT NOT NULL,
            event TEXT NOT NULL,
            key_id \(identifier),
            tenant_id TEXT,
            provider TEXT,
            key_prefix TEXT,
            finding TEXT,
            http_status INTEGER,
            provider_code TEXT,
            request_id TEXT,
            details TEXT,
            previous_hash \(bytes) NOT NULL,
            hash \(bytes) NOT NULL
        """
    }

    private var embeddedAudit: String {
        """
        CREATE TABLE audit_entry (
            run_id TEXT NOT NULL REFERENCES run (id),
            \(columns),
            PRIMARY KEY (run_id, seq)
        ) WITHOUT ROWID;
        CREATE INDEX audit_entry_key ON audit_entry (key_id) WHERE key_id IS NOT NULL;
        CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
            BEGIN SELECT raise(ABORT, 'audit rows are append-only'); END;
        CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
            BEGIN SELECT raise(ABORT, 'audit rows are append-only'); END;
        CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry
            WHEN EXISTS (SELECT 1 FROM audit_entry WHERE run_id = new.run_id AND seq = new.seq)
            BEGIN SELECT raise(ABORT, 'audit rows are append-only'); END;

        """
    }

    /// Has a partition for each month in which runs start. A function makes it ahead with the owner's rights, as a
    /// runner may not create tables. The triggers are `ENABLE ALWAYS`, so that they also fire for a replication role.
    private var serverAudit: String {
        """
        CREATE TABLE audit_entry (
            run_id \(identifier) NOT NULL,
            \(columns),
            PRIMARY KEY (run_id, seq, run_month)
        ) PARTITION BY LIST (run_month);
        CREATE INDEX audit_entry_key ON audit_entry (key_id) WHERE key_id IS NOT NULL;

        CREATE FUNCTION keyvigil_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'audit rows are append-only' USING ERRCODE = 'restrict_violation';
        END
        $$;

        CREATE FUNCTION keyvigil_guard_audit(guarded regclass) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            EXECUTE format('CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
                FOR EACH STATEMENT EXECUTE FUNCTION keyvigil_audit_is_append_only()', guarded);
            EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_entry_no_change', guarded);
            EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_entry_no_row_change', guarded);
        END
        $$;
        CREATE TRIGGER audit_entry_no_row_change BEFORE UPDATE OR DELETE ON audit_entry
            FOR EACH ROW EXECUTE FUNCTION keyvigil_audit_is_append_only();
        SELECT keyvigil_guard_audit('audit_entry');

        CREATE FUNCTION keyvigil_make_audit_partitions(since timestamptz, months integer) RETURNS void
            LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
        DECLARE
            month text;
            partition text;
        BEGIN
            FOR ahead IN 0..least(months, 24) LOOP
                month := to_char(since AT TIME ZONE 'UTC' + make_interval(months => ahead), 'YYYY-MM');
                partition := 'audit_entry_' || replace(month, '-', '_');
                IF to_regclass(partition) IS NULL THEN
                    EXECUTE format('CREATE TABLE %I PARTITION OF audit_entry FOR VALUES IN (%L)', partition, month);
                    PERFORM keyvigil_guard_audit(partition::regclass);
                END IF;
            END LOOP;
        END
        $$;
        REVOKE ALL ON FUNCTION keyvigil_make_audit_partitions(timestamptz, integer) FROM PUBLIC;
        REVOKE ALL ON FUNCTION keyvigil_guard_audit(regclass) FROM PUBLIC;
        SELECT keyvigil_make_audit_partitions(clock_timestamp(), 3);

        """
    }
}
