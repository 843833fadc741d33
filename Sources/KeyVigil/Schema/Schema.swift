public import Database

/// The store's tables, as forward-only steps. Times are UTC text of fixed width; ids are lower-case UUIDs.
///
/// `key_health` is apart from `stored_key`, so that a probe never touches the credential; it is clustered by slice, so
/// that a sweep reads and writes neighbouring rows.
public enum Schema {
    /// Every step, in order.
    public static let migrations = [
        Migration(version: 1, sql: first), Migration(version: 2, sql: judgement),
        Migration(version: 3, sql: details),
    ]

    /// The version that this program writes.
    public static let version = migrations.count

    private static let first = tenants + keys + runs + notices + guards

    private static let tenants = """
        CREATE TABLE schema_migration (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL);

        CREATE TABLE encryption_key (id INTEGER PRIMARY KEY, check_value BLOB NOT NULL, since TEXT NOT NULL);

        CREATE TABLE tenant (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            locale TEXT NOT NULL,
            time_zone TEXT NOT NULL,
            byok INTEGER NOT NULL CHECK (byok IN (0, 1)),
            on_disabled TEXT NOT NULL CHECK (on_disabled IN ('fallback', 'fail')),
            created_at TEXT NOT NULL
        );

        CREATE TABLE recipient (
            tenant_id TEXT NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
            address TEXT NOT NULL,
            role TEXT NOT NULL DEFAULT 'owner',
            suppressed INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (tenant_id, address)
        );

        """

    private static let keys = """
        CREATE TABLE stored_key (
            id TEXT PRIMARY KEY,
            tenant_id TEXT NOT NULL REFERENCES tenant (id),
            scope_kind TEXT NOT NULL DEFAULT '',
            scope_id TEXT NOT NULL DEFAULT '',
            provider TEXT NOT NULL,
            label TEXT NOT NULL,
            params TEXT NOT NULL DEFAULT '{}',
            prefix TEXT NOT NULL,
            hint TEXT NOT NULL,
            ciphertext BLOB NOT NULL,
            is_default INTEGER NOT NULL DEFAULT 0,
            expires_at TEXT,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX stored_key_tenant ON stored_key (tenant_id, provider);
        CREATE UNIQUE INDEX stored_key_default ON stored_key (tenant_id, scope_kind, scope_id, provider) WHERE is_default;
        CREATE INDEX stored_key_expiry ON stored_key (expires_at) WHERE expires_at IS NOT NULL;

        CREATE TABLE key_health (
            slice INTEGER NOT NULL,
            key_id TEXT NOT NULL REFERENCES stored_key (id) ON DELETE CASCADE,
            provider TEXT NOT NULL,
            key_version INTEGER NOT NULL DEFAULT 1,
            status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled', 'revoked')),
            disabled_by TEXT CHECK (disabled_by IN ('job', 'operator')),
            disabled_at TEXT,
            disabled_finding TEXT,
            suspected_since TEXT,
            suspect_finding TEXT,
            suspect_http_status INTEGER,
            suspect_code TEXT,
            dead_count INTEGER NOT NULL DEFAULT 0,
            unknown_count INTEGER NOT NULL DEFAULT 0,
            exhausted_since TEXT,
            last_checked_at TEXT,
            last_conclusive_at TEXT,
            last_finding TEXT,
            slot INTEGER NOT NULL,
            next_probe_at TEXT,
            PRIMARY KEY (slice, key_id)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX key_health_key ON key_health (key_id);
        CREATE INDEX key_health_coverage ON key_health (status, last_conclusive_at, provider);
        CREATE INDEX key_health_due ON key_health (slice, next_probe_at) WHERE next_probe_at IS NOT NULL;

        CREATE TABLE disabling (
            run_id TEXT NOT NULL,
            key_id TEXT NOT NULL,
            provider TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (run_id, key_id)
        ) WITHOUT ROWID;
        CREATE INDEX disabling_recent ON disabling (provider, at);

        CREATE TABLE slice_lease (
            slice INTEGER PRIMARY KEY,
            runner TEXT,
            token INTEGER NOT NULL DEFAULT 0,
            lease_end TEXT
        );
        WITH RECURSIVE n (slice) AS (SELECT 0 UNION ALL SELECT slice + 1 FROM n WHERE slice < 63)
        INSERT INTO slice_lease (slice) SELECT slice FROM n;

        """

    private static let runs = """
        CREATE TABLE run (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('job', 'command')),
            runner TEXT NOT NULL,
            program TEXT NOT NULL,
            schema_version INTEGER NOT NULL,
            started_at TEXT NOT NULL,
            finished_at TEXT,
            outcome TEXT,
            summary TEXT
        );
        CREATE INDEX run_started ON run (started_at, id);

        CREATE TABLE audit_entry (
            run_id TEXT NOT NULL REFERENCES run (id),
            seq INTEGER NOT NULL,
            run_month TEXT NOT NULL,
            at TEXT NOT NULL,
            actor TEXT NOT NULL,
            event TEXT NOT NULL,
            key_id TEXT,
            tenant_id TEXT,
            provider TEXT,
            key_prefix TEXT,
            finding TEXT,
            http_status INTEGER,
            provider_code TEXT,
            request_id TEXT,
            details TEXT,
            previous_hash BLOB NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (run_id, seq)
        ) WITHOUT ROWID;
        CREATE INDEX audit_entry_key ON audit_entry (key_id) WHERE key_id IS NOT NULL;

        """

    private static let notices = """
        CREATE TABLE notice (
            id TEXT PRIMARY KEY,
            tenant_id TEXT NOT NULL,
            subject TEXT NOT NULL,
            kind TEXT NOT NULL,
            episode TEXT NOT NULL,
            facts TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'mailed', 'dropped')),
            created_at TEXT NOT NULL,
            UNIQUE (tenant_id, subject, kind, episode)
        );
        CREATE INDEX notice_waiting ON notice (tenant_id) WHERE state = 'waiting';
        CREATE INDEX notice_subject ON notice (subject);

        CREATE TABLE mail (
            id TEXT PRIMARY KEY,
            tenant_id TEXT NOT NULL,
            address TEXT NOT NULL,
            message_id TEXT NOT NULL UNIQUE,
            subject TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'pending'
                CHECK (state IN ('pending', 'sending', 'sent', 'deferred', 'inDoubt', 'failed', 'suppressed')),
            attempts INTEGER NOT NULL DEFAULT 0,
            in_doubt_count INTEGER NOT NULL DEFAULT 0,
            created_at TEXT NOT NULL,
            first_answer_at TEXT,
            next_attempt_at TEXT,
            sender TEXT,
            sending_until TEXT,
            reply TEXT,
            sent_at TEXT,
            message BLOB NOT NULL
        );
        CREATE INDEX mail_state ON mail (state, created_at);
        CREATE INDEX mail_due ON mail (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

        CREATE TABLE mail_notice (
            mail_id TEXT NOT NULL REFERENCES mail (id),
            notice_id TEXT NOT NULL REFERENCES notice (id),
            PRIMARY KEY (mail_id, notice_id)
        ) WITHOUT ROWID;
        CREATE INDEX mail_notice_notice ON mail_notice (notice_id);

        """

    /// Audit rows are written once: not even the owner of the file changes one through SQL without dropping a trigger.
    private static let guards = """
        CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
            BEGIN SELECT raise(ABORT, 'audit rows are append-only'); END;
        CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
            BEGIN SELECT raise(ABORT, 'audit rows are append-only'); END;
        CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry
            WHEN EXISTS (SELECT 1 FROM audit_entry WHERE run_id = new.run_id AND seq = new.seq)
            BEGIN SELECT raise(ABORT, 'audit rows are append-only'); END;
        """
}
