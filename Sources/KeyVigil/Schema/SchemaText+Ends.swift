extension SchemaText {
    /// When a mail failed, which may be long after it was made; a tenant's mails that are still to be sent; and keys by their
    /// end, of which many may have the same.
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
