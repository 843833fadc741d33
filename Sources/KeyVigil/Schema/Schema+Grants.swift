extension Schema {
    /// The fewest rights that each role needs on a PostgreSQL server, as a script for a role that may grant them.
    ///
    /// The owner migrates, the runner does everything else, the auditor reads the audit log and the runs, the
    /// platform reads the keys that it may use. The runner may add audit rows; no role may change them.
    package static let grants = """
        -- Least privilege for keyvigil. Run it as the role that owns the schema (it made the tables), and again
        -- after an upgrade; creating roles needs CREATEROLE. Choose how each logs in: passwords, certificates or
        -- pg_hba.conf.
        DO $$
        DECLARE
            wanted text;
        BEGIN
            FOREACH wanted IN ARRAY ARRAY['keyvigil_runner', 'keyvigil_auditor', 'keyvigil_platform'] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                    EXECUTE format('CREATE ROLE %I LOGIN', wanted);
                END IF;
            END LOOP;
            -- Before PostgreSQL 15 everybody may make functions in `public`, for the owner's statements to trip over; and
            -- the owner may have its own right from there.
            IF has_schema_privilege('keyvigil_runner', current_schema(), 'CREATE') THEN
                SELECT tableowner INTO wanted FROM pg_tables
                    WHERE schemaname = current_schema() AND tablename = 'keyvigil_store';
                EXECUTE format('GRANT CREATE ON SCHEMA %I TO %I', current_schema(), wanted);
                EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
                IF has_schema_privilege('keyvigil_runner', current_schema(), 'CREATE') THEN
                    RAISE WARNING 'keyvigil_runner may still create in schema %: its owner must REVOKE that FROM PUBLIC',
                        current_schema();
                END IF;
            END IF;
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO keyvigil_runner, keyvigil_auditor, keyvigil_platform',
                current_schema());
        END
        $$;

        GRANT SELECT ON keyvigil_store TO keyvigil_runner, keyvigil_auditor;
        GRANT SELECT, INSERT, UPDATE, DELETE ON
            tenant, recipient, stored_key, encryption_key, provider_hour, transaction_mark, control_claim
            TO keyvigil_runner;
        GRANT SELECT, INSERT, UPDATE ON
            key_health, run, notice, mail, control, condition, provider_breaker, provider_budget, catalogue_use
            TO keyvigil_runner;
        GRANT SELECT, INSERT, DELETE ON key_count TO keyvigil_runner;
        GRANT SELECT, INSERT ON audit_entry, disabling, mail_notice, breaker_release TO keyvigil_runner;
        GRANT SELECT, UPDATE ON slice_lease TO keyvigil_runner;
        GRANT USAGE ON SEQUENCE slice_lease_token TO keyvigil_runner;
        GRANT EXECUTE ON FUNCTION keyvigil_make_audit_partitions(timestamptz, integer) TO keyvigil_runner;

        GRANT SELECT ON audit_entry, run TO keyvigil_auditor;

        GRANT SELECT ON usable_key TO keyvigil_platform;

        """
}
