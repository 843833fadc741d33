internal import Database

/// The SQL of the migrations in one engine's dialect.
struct SchemaText {
    let dialect: Dialect

    var time: String { dialect.time }
    var bytes: String { dialect.bytes }
    var flag: String { dialect.flag }
    var clustered: String { dialect.clustered }
    /// A whole number of 64 bits.
    var number: String { dialect == .sqlite ? "INTEGER" : "BIGINT" }
    /// Text that is compared and sorted by its bytes.
    var identifier: String { dialect == .sqlite ? "TEXT" : "TEXT COLLATE \"C\"" }

    var first: String { (dialect == .sqlite ? "" : Database.serverTables) + tenants + keys + runs + audit + notices }

    private var tenants: String {
        """
        CREATE TABLE schema_migration (version INTEGER PRIMARY KEY, applied_at \(time) NOT NULL);

        CREATE TABLE encryption_key (id \(number) PRIMARY KEY, check_value \(bytes) NOT NULL, since \(time) NOT NULL);

        CREATE TABLE tenant (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            locale TEXT NOT NULL,
            time_zone TEXT NOT NULL,
            byok \(flag) NOT NULL CHECK (byok IN (FALSE, TRUE)),
            on_disabled TEXT NOT NULL CHECK (on_disabled IN ('fallback', 'fail')),
            created_at \(time) NOT NULL
        );

        CREATE TABLE recipient (
            tenant_id TEXT NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
            address TEXT NOT NULL,
            role TEXT NOT NULL DEFAULT 'owner',
            suppressed \(flag) NOT NULL DEFAULT FALSE,
            PRIMARY KEY (tenant_id, address)
        );

        """
    }

    private var keys: String {
        """
        CREATE TABLE stored_key (
            id \(identifier) PRIMARY KEY,
            tenant_id TEXT NOT NULL REFERENCES tenant (id),
            scope_kind TEXT NOT NULL DEFAULT '',
            scope_id TEXT NOT NULL DEFAULT '',
            provider TEXT NOT NULL,
            label TEXT NOT NULL,
            params TEXT NOT NULL DEFAULT '{}',
            prefix TEXT NOT NULL,
            hint TEXT NOT NULL,
            ciphertext \(bytes) NOT NULL,
            is_default \(flag) NOT NULL DEFAULT FALSE,
            expires_at \(time),
            created_at \(time) NOT NULL,
            updated_at \(time) NOT NULL
        )\(clustered);
        CREATE INDEX stored_key_tenant ON stored_key (tenant_id, provider);
        CREATE UNIQUE INDEX stored_key_default ON stored_key (tenant_id, scope_kind, scope_id, provider) WHERE is_default;
        CREATE INDEX stored_key_expiry ON stored_key (expires_at) WHERE expires_at IS NOT NULL;

        CREATE TABLE key_health (
            slice INTEGER NOT NULL,
            key_id \(identifier) NOT NULL REFERENCES stored_key (id) ON DELETE CASCADE,
            provider TEXT NOT NULL,
            key_version INTEGER NOT NULL DEFAULT 1,
            status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled', 'revoked')),
            disabled_by TEXT CHECK (disabled_by IN ('job', 'operator')),
            disabled_at \(time),
            disabled_finding TEXT,
            suspected_since \(time),
            suspect_finding TEXT,
            suspect_http_status INTEGER,
            suspect_code TEXT,
            dead_count INTEGER NOT NULL DEFAULT 0,
            unknown_count INTEGER NOT NULL DEFAULT 0,
            exhausted_since \(time),
            last_checked_at \(time),
            last_conclusive_at \(time),
            last_finding TEXT,
            slot INTEGER NOT NULL,
            next_probe_at \(time),
            PRIMARY KEY (slice, key_id)
        )\(clustered);
        CREATE UNIQUE INDEX key_health_key ON key_health (key_id);
        CREATE INDEX key_health_coverage ON key_health (status, last_conclusive_at, provider);
        CREATE INDEX key_health_due ON key_health (slice, next_probe_at) WHERE next_probe_at IS NOT NULL;

        CREATE TABLE disabling (
            run_id TEXT NOT NULL,
            key_id TEXT NOT NULL,
            provider TEXT NOT NULL,
            at \(time) NOT NULL,
            PRIMARY KEY (run_id, key_id)
        )\(clustered);
        CREATE INDEX disabling_recent ON disabling (provider, at);

        CREATE TABLE slice_lease (
            slice INTEGER PRIMARY KEY,
            runner TEXT,
            token \(number) NOT NULL DEFAULT 0,
            lease_end \(time)
        );
        WITH RECURSIVE n (slice) AS (SELECT 0 UNION ALL SELECT slice + 1 FROM n WHERE slice < 63)
        INSERT INTO slice_lease (slice) SELECT slice FROM n;
        \(dialect == .postgresql ? "CREATE SEQUENCE slice_lease_token;" : "")

        """
    }

    private var runs: String {
        """
        CREATE TABLE run (
            id \(identifier) PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('job', 'command')),
            runner TEXT NOT NULL,
            program TEXT NOT NULL,
            schema_version INTEGER NOT NULL,
            started_at \(time) NOT NULL,
            finished_at \(time),
            outcome TEXT,
            summary TEXT
        );
        CREATE INDEX run_started ON run (started_at, id);

        """
    }

    private var notices: String {
        """
        CREATE TABLE notice (
            id TEXT PRIMARY KEY,
            tenant_id TEXT NOT NULL,
            subject TEXT NOT NULL,
            kind TEXT NOT NULL,
            episode TEXT NOT NULL,
            facts TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'mailed', 'dropped')),
            created_at \(time) NOT NULL,
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
            created_at \(time) NOT NULL,
            first_answer_at \(time),
            next_attempt_at \(time),
            sender TEXT,
            sending_until \(time),
            reply TEXT,
            sent_at \(time),
            message \(bytes) NOT NULL
        );
        CREATE INDEX mail_state ON mail (state, created_at);
        CREATE INDEX mail_due ON mail (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

        CREATE TABLE mail_notice (
            mail_id TEXT NOT NULL REFERENCES mail (id),
            notice_id TEXT NOT NULL REFERENCES notice (id),
            PRIMARY KEY (mail_id, notice_id)
        )\(clustered);
        CREATE INDEX mail_notice_notice ON mail_notice (notice_id);

        """
    }
}
