extension SchemaText {
    /// Adds the host to the guard's scopes, for providers where a parameter chooses one of their own hosts (ruling
    /// 3). An empty host is the scope over all hosts.
    var hosts: String {
        """
        ALTER TABLE key_health ADD COLUMN host TEXT NOT NULL DEFAULT '';
        ALTER TABLE disabling ADD COLUMN host TEXT NOT NULL DEFAULT '';
        ALTER TABLE control ADD COLUMN key_host TEXT NOT NULL DEFAULT '';
        ALTER TABLE provider_brake ADD COLUMN host TEXT NOT NULL DEFAULT '';
        DROP INDEX provider_brake_on;
        CREATE UNIQUE INDEX provider_brake_on ON provider_brake (provider, key_type, host) WHERE off_at IS NULL;
        DROP INDEX provider_brake_scope;
        CREATE INDEX provider_brake_scope ON provider_brake (provider, key_type, host, on_at);

        """ + hours
    }

    /// Adds the host to the primary key, for which SQLite needs a new table.
    private var hours: String {
        guard dialect == .sqlite else {
            return """
                ALTER TABLE provider_hour ADD COLUMN host TEXT NOT NULL DEFAULT '';
                ALTER TABLE provider_hour DROP CONSTRAINT provider_hour_pkey;
                ALTER TABLE provider_hour ADD PRIMARY KEY (provider, key_type, host, hour);

                """
        }
        return """
            CREATE TABLE provider_hour_by_host (
                provider TEXT NOT NULL,
                key_type TEXT NOT NULL,
                hour INTEGER NOT NULL,
                alive INTEGER NOT NULL DEFAULT 0,
                first_dead INTEGER NOT NULL DEFAULT 0,
                never_alive INTEGER NOT NULL DEFAULT 0,
                braked \(flag) NOT NULL DEFAULT FALSE,
                host TEXT NOT NULL DEFAULT '',
                PRIMARY KEY (provider, key_type, host, hour)
            )\(clustered);
            INSERT INTO provider_hour_by_host (provider, key_type, hour, alive, first_dead, never_alive, braked)
            SELECT provider, key_type, hour, alive, first_dead, never_alive, braked FROM provider_hour;
            DROP TABLE provider_hour;
            ALTER TABLE provider_hour_by_host RENAME TO provider_hour;

            """
    }
}
