extension SchemaText {
    /// Adds the time at which a mail failed, which may be long after it was composed; and indexes for a tenant's
    /// unsent mails and for keys by expiry, with the id, because many keys may expire at the same time.
    var ends: String {
        """
        ALTER TABLE mail ADD COLUMN failed_at \(time);
        UPDATE mail SET failed_at = created_at WHERE state = 'failed';
        DROP INDEX stored_key_expiry;
        CREATE INDEX stored_key_end ON stored_key (expires_at, id) WHERE expires_at IS NOT NULL;
        CREATE INDEX mail_failed ON mail (failed_at) WHERE failed_at IS NOT NULL;
        CREATE INDEX mail_unsent ON mail (tenant_id) WHERE next_attempt_at IS NOT NULL;

        """
    }
}
