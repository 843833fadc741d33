extension SchemaText {
    /// Renames tables, columns and conditions from `brake` to `breaker`.
    var breakers: String {
        """
        ALTER TABLE provider_brake RENAME TO provider_breaker;
        ALTER TABLE provider_breaker RENAME COLUMN on_at TO opened_at;
        ALTER TABLE provider_breaker RENAME COLUMN off_at TO closed_at;
        DROP INDEX provider_brake_on;
        DROP INDEX provider_brake_scope;
        CREATE UNIQUE INDEX provider_breaker_open ON provider_breaker (provider, key_type, host) WHERE closed_at IS NULL;
        CREATE INDEX provider_breaker_scope ON provider_breaker (provider, key_type, host, opened_at);
        ALTER TABLE brake_release RENAME TO breaker_release;
        DROP INDEX brake_release_provider;
        CREATE INDEX breaker_release_provider ON breaker_release (provider, at);
        ALTER TABLE provider_hour RENAME COLUMN braked TO breaker_open;
        UPDATE condition SET kind = 'breaker' WHERE kind = 'brake';

        """
    }
}
