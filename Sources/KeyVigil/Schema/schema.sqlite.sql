-- The schema of a store in an SQLite file: schema 1.
--
-- Until a release is tagged, a change edits this file in place and raises `Schema.version`. schema.postgresql.sql is
-- the same for a server. Ids are UUIDs as lower-case text. Times are UTC text of fixed width such as
-- 2026-11-21T10:15:00.000Z. Truth values are 0 and 1.

-- "KVGL": tells such a file from other SQLite files.
PRAGMA application_id = 1263945548;

-- The store itself: one row, written when the schema is made.
CREATE TABLE keyvigil_store (
    store_id TEXT PRIMARY KEY DEFAULT (lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-'
        || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    schema_version INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    one INTEGER NOT NULL DEFAULT TRUE UNIQUE CHECK (one = TRUE)
);

-- Master keys that the store knows: their ids and a value by which a damaged copy is found, never the key.
CREATE TABLE encryption_key (
    id INTEGER PRIMARY KEY,
    check_value BLOB NOT NULL,
    since TEXT NOT NULL,
    retired_at TEXT
);

-- Tenants and whom to mail ------------------------------------------------------------------------------------------

CREATE TABLE tenant (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    byok INTEGER NOT NULL CHECK (byok IN (FALSE, TRUE)),
    on_disabled TEXT NOT NULL CHECK (on_disabled IN ('fallback', 'fail')),
    created_at TEXT NOT NULL
);
CREATE INDEX tenant_without_byok ON tenant (id) WHERE NOT byok;

CREATE TABLE recipient (
    tenant_id TEXT NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'owner' CHECK (role IN ('owner', 'member')),
    suppressed INTEGER NOT NULL DEFAULT FALSE CHECK (suppressed IN (FALSE, TRUE)),
    PRIMARY KEY (tenant_id, address)
);

-- Keys --------------------------------------------------------------------------------------------------------------

-- The credential, which a check of the key never writes.
CREATE TABLE stored_key (
    -- A UUID in lower case; any other text could not be found again.
    id TEXT PRIMARY KEY CHECK (length(id) = 36 AND id NOT GLOB '*[^0-9a-f-]*' AND length(replace(id, '-', '')) = 32
        AND substr(id, 9, 1) || substr(id, 14, 1) || substr(id, 19, 1) || substr(id, 24, 1) = '----'),
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    scope_kind TEXT NOT NULL DEFAULT '',
    scope_id TEXT NOT NULL DEFAULT '',
    provider TEXT NOT NULL,
    label TEXT NOT NULL,
    params TEXT NOT NULL DEFAULT '{}',
    prefix TEXT NOT NULL,
    hint TEXT NOT NULL,
    ciphertext BLOB NOT NULL,
    is_default INTEGER NOT NULL DEFAULT FALSE CHECK (is_default IN (FALSE, TRUE)),
    expires_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX stored_key_tenant ON stored_key (tenant_id, scope_kind, scope_id, provider);
CREATE UNIQUE INDEX stored_key_default ON stored_key (tenant_id, scope_kind, scope_id, provider) WHERE is_default;
-- With the id, because many keys may expire at the same time.
CREATE INDEX stored_key_end ON stored_key (expires_at, id) WHERE expires_at IS NOT NULL;
-- By master key: ciphertexts are counted and paged without decrypting them.
CREATE INDEX stored_key_ring ON stored_key (substr(ciphertext, 2, 4), id);

-- What checks have shown of a key. A slice is a range of ids, so a sweep reads and writes neighbouring rows.
CREATE TABLE key_health (
    key_id TEXT PRIMARY KEY CHECK (length(key_id) = 36 AND key_id NOT GLOB '*[^0-9a-f-]*')
        REFERENCES stored_key (id) ON DELETE CASCADE,
    slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 518399),
    key_version INTEGER NOT NULL DEFAULT 1 CHECK (key_version >= 1),
    slice INTEGER NOT NULL CHECK (slice BETWEEN 0 AND 63),
    dead_count INTEGER NOT NULL DEFAULT 0,
    disabled_at TEXT,
    suspected_since TEXT,
    suspect_counted_from TEXT,
    exhausted_since TEXT,
    uncheckable_since TEXT,
    -- Written by every check.
    unknown_count INTEGER NOT NULL DEFAULT 0 CHECK (unknown_count >= 0),
    next_probe_at TEXT,
    last_checked_at TEXT,
    last_conclusive_at TEXT,
    alive_at TEXT,
    last_finding TEXT CHECK (last_finding IN ('valid', 'restricted', 'exhausted', 'invalid', 'revoked', 'expired',
        'suspended', 'keyTypeRetired', 'rateLimited', 'unreachable', 'providerError', 'egressBlocked', 'unrecognised',
        'undecryptable', 'unsupported', 'endpointChanged')),
    provider TEXT NOT NULL,
    key_type TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled', 'revoked')),
    disabled_by TEXT CHECK (disabled_by IN ('job', 'operator')),
    disabled_finding TEXT,
    suspect_finding TEXT,
    suspect_http_status INTEGER,
    suspect_code TEXT,
    suspect_request_id TEXT,
    -- Refuse states that no transition of `KeyLife` makes.
    CONSTRAINT key_health_state CHECK (CASE status
        WHEN 'active' THEN disabled_by IS NULL
        WHEN 'disabled' THEN disabled_by IS NOT NULL AND suspected_since IS NULL
        ELSE disabled_by IS NULL AND suspected_since IS NULL AND next_probe_at IS NULL END),
    CONSTRAINT key_health_disabling CHECK (CASE disabled_by
        WHEN 'job' THEN disabled_at IS NOT NULL AND disabled_finding IS NOT NULL
            AND disabled_finding IN ('invalid', 'revoked', 'expired', 'suspended')
        WHEN 'operator' THEN disabled_at IS NOT NULL AND disabled_finding IS NULL AND next_probe_at IS NULL
        ELSE disabled_at IS NULL AND disabled_finding IS NULL END),
    CONSTRAINT key_health_suspicion CHECK (CASE WHEN suspected_since IS NULL
        THEN dead_count = 0 AND suspect_finding IS NULL AND suspect_counted_from IS NULL
            AND suspect_http_status IS NULL AND suspect_code IS NULL AND suspect_request_id IS NULL
        ELSE dead_count >= 1 AND suspect_counted_from IS NOT NULL AND suspect_counted_from >= suspected_since
            AND suspect_finding IS NOT NULL
            AND suspect_finding IN ('invalid', 'revoked', 'expired', 'suspended') END)
) WITHOUT ROWID;
CREATE INDEX key_health_due ON key_health (slice, next_probe_at, provider) WHERE next_probe_at IS NOT NULL;
CREATE INDEX key_health_coverage ON key_health (last_conclusive_at) WHERE status = 'active';
CREATE INDEX key_health_suspected ON key_health (provider, key_type)
    WHERE suspected_since IS NOT NULL AND status = 'active';
CREATE INDEX key_health_odd ON key_health (provider)
    WHERE status = 'active' AND last_finding IN ('keyTypeRetired', 'invalid', 'revoked', 'expired', 'suspended');
CREATE INDEX key_health_stuck ON key_health (uncheckable_since) WHERE uncheckable_since IS NOT NULL;

-- An update compares the stored time with the one that was read: with a time of another form it would never match.
CREATE TRIGGER key_health_time BEFORE INSERT ON key_health WHEN new.next_probe_at NOT GLOB
    '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z'
BEGIN
    SELECT raise(ABORT, 'next_probe_at must be a time such as 2026-11-21T10:15:00.000Z');
END;

-- How many keys there are, kept by triggers, whichever program writes keys.
CREATE TABLE key_count (
    provider TEXT NOT NULL,
    key_type TEXT NOT NULL,
    host TEXT NOT NULL,
    status TEXT NOT NULL,
    keys INTEGER NOT NULL,
    PRIMARY KEY (provider, key_type, host, status)
) WITHOUT ROWID;
CREATE TRIGGER key_count_insert AFTER INSERT ON key_health
BEGIN
    INSERT INTO key_count VALUES (new.provider, new.key_type, new.host, new.status, 1)
        ON CONFLICT (provider, key_type, host, status) DO UPDATE SET keys = keys + 1;
END;
CREATE TRIGGER key_count_delete AFTER DELETE ON key_health
BEGIN
    INSERT INTO key_count VALUES (old.provider, old.key_type, old.host, old.status, -1)
        ON CONFLICT (provider, key_type, host, status) DO UPDATE SET keys = keys - 1;
END;
CREATE TRIGGER key_count_update AFTER UPDATE OF provider, key_type, host, status ON key_health
    WHEN old.provider <> new.provider OR old.key_type <> new.key_type OR old.host <> new.host
        OR old.status <> new.status
BEGIN
    INSERT INTO key_count VALUES (old.provider, old.key_type, old.host, old.status, -1)
        ON CONFLICT (provider, key_type, host, status) DO UPDATE SET keys = keys - 1;
    INSERT INTO key_count VALUES (new.provider, new.key_type, new.host, new.status, 1)
        ON CONFLICT (provider, key_type, host, status) DO UPDATE SET keys = keys + 1;
END;

-- Keys that the job disabled, for the cap of 24 hours and for `undo`.
CREATE TABLE disabling (
    run_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    key_type TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    PRIMARY KEY (run_id, key_id)
) WITHOUT ROWID;
CREATE INDEX disabling_recent ON disabling (provider, at);

-- Runs and their shared work ----------------------------------------------------------------------------------------

CREATE TABLE run (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('job', 'command')),
    runner TEXT NOT NULL,
    program TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome TEXT CHECK (outcome IN ('complete', 'partial', 'failed')),
    summary TEXT
);
CREATE INDEX run_started ON run (started_at, id);

-- Which runner may write to which slice of the keys.
CREATE TABLE slice_lease (
    slice INTEGER PRIMARY KEY,
    runner TEXT,
    token INTEGER NOT NULL DEFAULT 0,
    lease_end TEXT
);
WITH RECURSIVE n (slice) AS (SELECT 0 UNION ALL SELECT slice + 1 FROM n WHERE slice < 63)
    INSERT INTO slice_lease (slice) SELECT slice FROM n;

-- The time up to which runners have reserved probes of a provider, to share its rate (ruling 13).
CREATE TABLE provider_budget (
    provider TEXT PRIMARY KEY,
    free_from TEXT NOT NULL
) WITHOUT ROWID;

-- Which catalogue entries runs have used, and when. Where two runners' entries of a provider differ, only the runner
-- with the newer one disables keys (ruling 30).
CREATE TABLE catalogue_use (
    provider TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    first_used_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    PRIMARY KEY (provider, content_hash)
) WITHOUT ROWID;

-- The guard ---------------------------------------------------------------------------------------------------------

-- Sums by scope and hour; an empty host is the scope over all hosts (ruling 3). Hours are counted from 1970.
CREATE TABLE provider_hour (
    provider TEXT NOT NULL,
    key_type TEXT NOT NULL,
    host TEXT NOT NULL DEFAULT '',
    hour INTEGER NOT NULL,
    alive INTEGER NOT NULL DEFAULT 0,
    first_dead INTEGER NOT NULL DEFAULT 0,
    never_alive INTEGER NOT NULL DEFAULT 0,
    breaker_open INTEGER NOT NULL DEFAULT FALSE CHECK (breaker_open IN (FALSE, TRUE)),
    PRIMARY KEY (provider, key_type, host, hour)
) WITHOUT ROWID;

CREATE TABLE provider_breaker (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    key_type TEXT NOT NULL,
    host TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL CHECK (reason IN ('tooManyDead', 'noneAlive', 'evidence')),
    opened_at TEXT NOT NULL,
    checked_at TEXT NOT NULL,
    hold_until TEXT,
    closed_at TEXT,
    dead INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    most INTEGER NOT NULL,
    by_canary INTEGER NOT NULL DEFAULT FALSE CHECK (by_canary IN (FALSE, TRUE))
);
CREATE UNIQUE INDEX provider_breaker_open ON provider_breaker (provider, key_type, host) WHERE closed_at IS NULL;
CREATE INDEX provider_breaker_scope ON provider_breaker (provider, key_type, host, opened_at);

CREATE TABLE breaker_release (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    key_type TEXT,
    finding TEXT,
    at TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX breaker_release_provider ON breaker_release (provider, at);

-- The latest answer to each control, for all runners.
CREATE TABLE control (
    provider TEXT NOT NULL,
    host TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('negative', 'canary')),
    at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'failed', 'unanswered')),
    finding TEXT NOT NULL,
    http_status INTEGER,
    code TEXT,
    request_id TEXT,
    run_id TEXT NOT NULL,
    key_type TEXT NOT NULL DEFAULT '',
    key_host TEXT NOT NULL DEFAULT '',
    is_outvoted INTEGER NOT NULL DEFAULT FALSE CHECK (is_outvoted IN (FALSE, TRUE)),
    PRIMARY KEY (provider, host, kind)
) WITHOUT ROWID;

-- Which runner asks a control, so that the others wait for its result (ruling 6).
CREATE TABLE control_claim (
    provider TEXT NOT NULL,
    host TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('negative', 'canary')),
    runner TEXT NOT NULL,
    claimed_until TEXT NOT NULL,
    PRIMARY KEY (provider, host, kind)
) WITHOUT ROWID;

-- What operators are told (ruling 20).
CREATE TABLE condition (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    since TEXT NOT NULL,
    facts TEXT NOT NULL,
    told_at TEXT,
    ended_at TEXT,
    end_told_at TEXT,
    absent_since TEXT,
    PRIMARY KEY (kind, subject, since)
) WITHOUT ROWID;

-- Notices and mails (ruling 18) -------------------------------------------------------------------------------------

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
    failed_at TEXT,
    message BLOB NOT NULL
);
CREATE INDEX mail_state ON mail (state, created_at);
CREATE INDEX mail_due ON mail (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mail_unsent ON mail (tenant_id) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mail_failed ON mail (failed_at) WHERE failed_at IS NOT NULL;

CREATE TABLE mail_notice (
    mail_id TEXT NOT NULL REFERENCES mail (id),
    notice_id TEXT NOT NULL REFERENCES notice (id),
    PRIMARY KEY (mail_id, notice_id)
) WITHOUT ROWID;
CREATE INDEX mail_notice_notice ON mail_notice (notice_id);

-- The audit log -----------------------------------------------------------------------------------------------------

-- One row an event; each run's rows are a chain of hashes. Event, finding and actor are plain text: a row that a newer
-- program wrote is kept and verified.
CREATE TABLE audit_entry (
    run_id TEXT NOT NULL REFERENCES run (id),
    key_id TEXT,
    at TEXT NOT NULL,
    seq INTEGER NOT NULL,
    http_status INTEGER,
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    tenant_id TEXT,
    provider TEXT,
    key_prefix TEXT,
    finding TEXT,
    provider_code TEXT,
    request_id TEXT,
    details TEXT,
    hash BLOB NOT NULL,
    PRIMARY KEY (run_id, seq)
) WITHOUT ROWID;
CREATE INDEX audit_entry_key ON audit_entry (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX audit_entry_guard ON audit_entry (provider, at) WHERE key_id IS NULL AND provider IS NOT NULL;

-- Rows are append-only: nobody can change one in SQL without dropping a trigger first.
CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN
    SELECT raise(ABORT, 'audit rows are append-only');
END;
CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN
    SELECT raise(ABORT, 'audit rows are append-only');
END;
CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_entry
    WHEN EXISTS (SELECT 1 FROM audit_entry WHERE run_id = new.run_id AND seq = new.seq)
BEGIN
    SELECT raise(ABORT, 'audit rows are append-only');
END;

-- For platforms -----------------------------------------------------------------------------------------------------

-- The keys that may be used. ORDER BY standing, is_default DESC, health, confirmed_at DESC NULLS LAST, key_id is the
-- order in which `resolve` prefers the keys of a scope.
CREATE VIEW usable_key AS
SELECT k.tenant_id, k.scope_kind, k.scope_id, k.id AS key_id, k.provider, k.label, k.params, k.prefix, k.hint,
    k.is_default, k.expires_at, h.key_version, h.last_finding AS finding,
    h.suspected_since IS NOT NULL AS is_suspected,
    CASE WHEN h.suspected_since IS NOT NULL OR h.last_finding IN ('invalid', 'revoked', 'expired', 'suspended')
        THEN h.alive_at ELSE h.last_conclusive_at END AS confirmed_at,
    CASE WHEN h.suspected_since IS NOT NULL OR k.expires_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
        THEN 1 ELSE 0 END AS standing,
    CASE WHEN h.exhausted_since IS NOT NULL THEN 2 WHEN h.last_finding = 'valid' THEN 0
        WHEN h.last_finding = 'restricted' THEN 1
        WHEN h.last_finding IN ('invalid', 'revoked', 'expired', 'suspended') THEN 4
        ELSE 3 END AS health,
    k.ciphertext
FROM tenant t JOIN stored_key k ON k.tenant_id = t.id JOIN key_health h ON h.key_id = k.id
WHERE t.byok AND h.status = 'active' AND coalesce(h.last_finding, '') <> 'undecryptable';
