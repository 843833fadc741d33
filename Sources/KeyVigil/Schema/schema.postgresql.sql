-- The schema of a store on a PostgreSQL server (13 or newer, encoded in UTF-8): schema 1.
--
-- Until a release is tagged, a change edits this file in place and raises `Schema.version`. schema.sqlite.sql is the
-- same for SQLite. Each statement ends its line with a semicolon. All times are UTC, in whole milliseconds.

-- Small sets of names, each in one place. A column that holds such a name is of one of these types.
CREATE DOMAIN key_status AS TEXT CHECK (VALUE IN ('active', 'disabled', 'revoked'));
CREATE DOMAIN actor AS TEXT CHECK (VALUE IN ('job', 'operator'));
CREATE DOMAIN finding AS TEXT CHECK (VALUE IN (
    'valid', 'restricted', 'exhausted',
    'invalid', 'revoked', 'expired', 'suspended',
    'keyTypeRetired', 'rateLimited', 'unreachable', 'providerError', 'egressBlocked', 'unrecognised', 'undecryptable',
    'unsupported', 'endpointChanged'));

-- The store itself: one row, written when the schema is made.
CREATE TABLE keyvigil_store (
    store_id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    schema_version INTEGER NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    one BOOLEAN NOT NULL DEFAULT TRUE UNIQUE CHECK (one)
);

-- One row for each process that writes. It tells, after a lost reply to COMMIT, whether the transaction was committed.
CREATE TABLE transaction_mark (
    session TEXT PRIMARY KEY,
    mark TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);

-- Master keys that the store knows: their ids and a value by which a damaged copy is found, never the key.
CREATE TABLE encryption_key (
    id BIGINT PRIMARY KEY,
    check_value BYTEA NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ
);

-- Tenants and whom to mail ------------------------------------------------------------------------------------------

CREATE TABLE tenant (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    byok BOOLEAN NOT NULL,
    on_disabled TEXT NOT NULL CHECK (on_disabled IN ('fallback', 'fail')),
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX tenant_without_byok ON tenant (id) WHERE NOT byok;

CREATE TABLE recipient (
    tenant_id TEXT NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'owner' CHECK (role IN ('owner', 'member')),
    suppressed BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (tenant_id, address)
);

-- Keys --------------------------------------------------------------------------------------------------------------

-- The credential, which a check of the key never writes.
CREATE TABLE stored_key (
    id UUID PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    scope_kind TEXT NOT NULL DEFAULT '',
    scope_id TEXT NOT NULL DEFAULT '',
    provider TEXT NOT NULL,
    label TEXT NOT NULL,
    params TEXT NOT NULL DEFAULT '{}',
    prefix TEXT NOT NULL,
    hint TEXT NOT NULL,
    ciphertext BYTEA NOT NULL,
    is_default BOOLEAN NOT NULL DEFAULT FALSE,
    expires_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX stored_key_tenant ON stored_key (tenant_id, scope_kind, scope_id, provider);
CREATE UNIQUE INDEX stored_key_default ON stored_key (tenant_id, scope_kind, scope_id, provider) WHERE is_default;
-- With the id, because many keys may expire at the same time.
CREATE INDEX stored_key_end ON stored_key (expires_at, id) WHERE expires_at IS NOT NULL;
-- By master key: ciphertexts are counted and paged without decrypting them.
CREATE INDEX stored_key_ring ON stored_key (substr(ciphertext, 2, 4), id);

-- What checks have shown of a key. The columns that every check writes stand together, so that a log record of the
-- change holds little else; pages are half empty, so that the new version of a row finds room on the page of the old.
CREATE TABLE key_health (
    key_id UUID PRIMARY KEY REFERENCES stored_key (id) ON DELETE CASCADE,
    slot INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 518399),
    key_version INTEGER NOT NULL DEFAULT 1 CHECK (key_version >= 1),
    slice SMALLINT NOT NULL CHECK (slice BETWEEN 0 AND 63),
    dead_count SMALLINT NOT NULL DEFAULT 0,
    disabled_at TIMESTAMPTZ,
    suspected_since TIMESTAMPTZ,
    suspect_counted_from TIMESTAMPTZ,
    exhausted_since TIMESTAMPTZ,
    uncheckable_since TIMESTAMPTZ,
    -- Written by every check.
    unknown_count INTEGER NOT NULL DEFAULT 0 CHECK (unknown_count >= 0),
    next_probe_at TIMESTAMPTZ,
    last_checked_at TIMESTAMPTZ,
    last_conclusive_at TIMESTAMPTZ,
    alive_at TIMESTAMPTZ,
    last_finding finding,
    provider TEXT NOT NULL,
    key_type TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL DEFAULT '',
    status key_status NOT NULL DEFAULT 'active',
    disabled_by actor,
    disabled_finding finding,
    suspect_finding finding,
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
) WITH (fillfactor = 50);
CREATE INDEX key_health_due ON key_health (slice, next_probe_at, provider) WHERE next_probe_at IS NOT NULL;
CREATE INDEX key_health_coverage ON key_health (last_conclusive_at) WHERE status = 'active';
CREATE INDEX key_health_suspected ON key_health (provider, key_type)
    WHERE suspected_since IS NOT NULL AND status = 'active';
CREATE INDEX key_health_odd ON key_health (provider)
    WHERE status = 'active' AND last_finding IN ('keyTypeRetired', 'invalid', 'revoked', 'expired', 'suspended');
CREATE INDEX key_health_stuck ON key_health (uncheckable_since) WHERE uncheckable_since IS NOT NULL;

-- A program that writes keys in SQL may give microseconds. An update compares the stored time with the one that was
-- read, in milliseconds: with any other value it would never match.
CREATE FUNCTION keyvigil_keep_milliseconds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.next_probe_at := date_trunc('milliseconds', NEW.next_probe_at);
    RETURN NEW;
END
$$;
CREATE TRIGGER key_health_time BEFORE INSERT ON key_health FOR EACH ROW
    WHEN (NEW.next_probe_at <> date_trunc('milliseconds', NEW.next_probe_at))
    EXECUTE FUNCTION keyvigil_keep_milliseconds();

-- How many keys there are. A number is the sum of its rows, which runs add up now and then: writers that changed the
-- same row would wait for each other. Each statement that stores or deletes keys adds one row to a sum.
CREATE TABLE key_count (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider TEXT NOT NULL,
    key_type TEXT NOT NULL,
    host TEXT NOT NULL,
    status key_status NOT NULL,
    keys INTEGER NOT NULL
);
CREATE FUNCTION keyvigil_count_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO key_count (provider, key_type, host, status, keys)
        SELECT provider, key_type, host, status, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
        FROM changed GROUP BY provider, key_type, host, status;
    RETURN NULL;
END
$$;
CREATE TRIGGER key_count_insert AFTER INSERT ON key_health REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION keyvigil_count_statement();
CREATE TRIGGER key_count_delete AFTER DELETE ON key_health REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION keyvigil_count_statement();
CREATE FUNCTION keyvigil_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO key_count (provider, key_type, host, status, keys)
        VALUES (OLD.provider, OLD.key_type, OLD.host, OLD.status, -1),
            (NEW.provider, NEW.key_type, NEW.host, NEW.status, 1);
    RETURN NULL;
END
$$;
CREATE TRIGGER key_count_update AFTER UPDATE OF provider, key_type, host, status ON key_health FOR EACH ROW
    WHEN ((OLD.provider, OLD.key_type, OLD.host, OLD.status)
        IS DISTINCT FROM (NEW.provider, NEW.key_type, NEW.host, NEW.status))
    EXECUTE FUNCTION keyvigil_count_change();

-- Keys that the job disabled, for the cap of 24 hours and for `undo`.
CREATE TABLE disabling (
    run_id UUID NOT NULL,
    key_id UUID NOT NULL,
    provider TEXT NOT NULL,
    key_type TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL DEFAULT '',
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (run_id, key_id)
);
CREATE INDEX disabling_recent ON disabling (provider, at);

-- Runs and their shared work ----------------------------------------------------------------------------------------

CREATE TABLE run (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('job', 'command')),
    runner TEXT NOT NULL,
    program TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    outcome TEXT CHECK (outcome IN ('complete', 'partial', 'failed')),
    summary TEXT
);
CREATE INDEX run_started ON run (started_at, id);

-- Which runner may write to which slice of the keys.
CREATE TABLE slice_lease (
    slice SMALLINT PRIMARY KEY,
    runner TEXT,
    token BIGINT NOT NULL DEFAULT 0,
    lease_end TIMESTAMPTZ
);
INSERT INTO slice_lease (slice) SELECT generate_series(0, 63);
CREATE SEQUENCE slice_lease_token;

-- The time up to which runners have reserved probes of a provider, to share its rate (ruling 13).
CREATE TABLE provider_budget (
    provider TEXT PRIMARY KEY,
    free_from TIMESTAMPTZ NOT NULL
);

-- Which catalogue entries runs have used, and when. Where two runners' entries of a provider differ, only the runner
-- with the newer one disables keys (ruling 30).
CREATE TABLE catalogue_use (
    provider TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    first_used_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (provider, content_hash)
);

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
    breaker_open BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (provider, key_type, host, hour)
);

CREATE TABLE provider_breaker (
    id UUID PRIMARY KEY,
    provider TEXT NOT NULL,
    key_type TEXT NOT NULL,
    host TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL CHECK (reason IN ('tooManyDead', 'noneAlive', 'evidence')),
    opened_at TIMESTAMPTZ NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL,
    hold_until TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    dead INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    most INTEGER NOT NULL,
    by_canary BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE UNIQUE INDEX provider_breaker_open ON provider_breaker (provider, key_type, host) WHERE closed_at IS NULL;
CREATE INDEX provider_breaker_scope ON provider_breaker (provider, key_type, host, opened_at);

CREATE TABLE breaker_release (
    id UUID PRIMARY KEY,
    provider TEXT NOT NULL,
    key_type TEXT,
    finding finding,
    at TIMESTAMPTZ NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX breaker_release_provider ON breaker_release (provider, at);

-- The latest answer to each control, for all runners.
CREATE TABLE control (
    provider TEXT NOT NULL,
    host TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('negative', 'canary')),
    at TIMESTAMPTZ NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'failed', 'unanswered')),
    finding finding NOT NULL,
    http_status INTEGER,
    code TEXT,
    request_id TEXT,
    run_id UUID NOT NULL,
    key_type TEXT NOT NULL DEFAULT '',
    key_host TEXT NOT NULL DEFAULT '',
    is_outvoted BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (provider, host, kind)
);

-- Which runner asks a control, so that the others wait for its result (ruling 6).
CREATE TABLE control_claim (
    provider TEXT NOT NULL,
    host TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('negative', 'canary')),
    runner TEXT NOT NULL,
    claimed_until TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (provider, host, kind)
);

-- What operators are told (ruling 20).
CREATE TABLE condition (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    facts TEXT NOT NULL,
    told_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    end_told_at TIMESTAMPTZ,
    absent_since TIMESTAMPTZ,
    PRIMARY KEY (kind, subject, since)
);

-- Notices and mails (ruling 18) -------------------------------------------------------------------------------------

CREATE TABLE notice (
    id UUID PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    episode TEXT NOT NULL,
    facts TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'mailed', 'dropped')),
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (tenant_id, subject, kind, episode)
);
CREATE INDEX notice_waiting ON notice (tenant_id) WHERE state = 'waiting';
CREATE INDEX notice_subject ON notice (subject);

CREATE TABLE mail (
    id UUID PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    address TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'sending', 'sent', 'deferred', 'inDoubt', 'failed', 'suppressed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    in_doubt_count INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL,
    first_answer_at TIMESTAMPTZ,
    next_attempt_at TIMESTAMPTZ,
    sender TEXT,
    sending_until TIMESTAMPTZ,
    reply TEXT,
    sent_at TIMESTAMPTZ,
    failed_at TIMESTAMPTZ,
    message BYTEA NOT NULL
);
CREATE INDEX mail_state ON mail (state, created_at);
CREATE INDEX mail_due ON mail (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mail_unsent ON mail (tenant_id) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX mail_failed ON mail (failed_at) WHERE failed_at IS NOT NULL;

CREATE TABLE mail_notice (
    mail_id UUID NOT NULL REFERENCES mail (id),
    notice_id UUID NOT NULL REFERENCES notice (id),
    PRIMARY KEY (mail_id, notice_id)
);
CREATE INDEX mail_notice_notice ON mail_notice (notice_id);

-- The audit log -----------------------------------------------------------------------------------------------------

-- One row an event; each run's rows are a chain of hashes. Event, finding and actor are plain text: a row that a newer
-- program wrote is kept and verified. Partitions by month: a run's id begins with the time at which the run started
-- (RFC 9562, version 7).
CREATE TABLE audit_entry (
    run_id UUID NOT NULL,
    key_id UUID,
    at TIMESTAMPTZ NOT NULL,
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
    hash BYTEA NOT NULL,
    PRIMARY KEY (run_id, seq)
) PARTITION BY RANGE (run_id);
-- A key's rows are only looked up by the whole id, and every check of a key adds one: a hash index has the shortest
-- entries.
CREATE INDEX audit_entry_key ON audit_entry USING hash (key_id) WHERE key_id IS NOT NULL;
CREATE INDEX audit_entry_guard ON audit_entry (provider, at) WHERE key_id IS NULL AND provider IS NOT NULL;

-- Rows are append-only: even the owner cannot change one in SQL without dropping a trigger. The triggers are ENABLE
-- ALWAYS, so that they also fire for a replication role.
CREATE FUNCTION keyvigil_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit rows are append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE FUNCTION keyvigil_guard_audit(guarded regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE pg_catalog.format('CREATE TRIGGER audit_entry_no_change
        BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION keyvigil_audit_is_append_only()', guarded);
    EXECUTE pg_catalog.format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_entry_no_change', guarded);
    EXECUTE pg_catalog.format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_entry_no_row_change', guarded);
END
$$;
CREATE TRIGGER audit_entry_no_row_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION keyvigil_audit_is_append_only();
SELECT keyvigil_guard_audit('audit_entry');

-- Makes the partition of the month of `since` and of so many months after it. It runs with the owner's rights, because
-- a runner may not create tables. So its search path is the schema's own, set below, and what a caller could make to
-- fit the arguments better is called by its whole name: nothing that the caller may create (a temporary table or type,
-- a function) can take its place. A partition is made apart and then attached, which does not wait for readers.
CREATE FUNCTION keyvigil_make_audit_partitions(since timestamptz, months integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    month timestamp;
    partition text;
    bounds uuid[];
BEGIN
    IF months IS NULL OR months NOT BETWEEN 0 AND 24
            OR since IS NULL OR since NOT BETWEEN '2000-01-01 00:00:00Z' AND '2200-01-01 00:00:00Z' THEN
        RAISE EXCEPTION 'no such months';
    END IF;
    FOR ahead IN 0..months LOOP
        month := pg_catalog.date_trunc('month', since AT TIME ZONE 'UTC') + pg_catalog.make_interval(months => ahead);
        partition := pg_catalog.format('%I.%I', pg_catalog.current_schema(),
            'audit_entry_' || pg_catalog.to_char(month, 'YYYY_MM'));
        IF pg_catalog.to_regclass(partition) IS NULL THEN
            -- The first 48 bits of such an id are the milliseconds since 1970.
            SELECT pg_catalog.array_agg(pg_catalog.rpad(pg_catalog.lpad(pg_catalog.to_hex(
                    (extract(epoch FROM start AT TIME ZONE 'UTC') * 1000)::bigint), 12, '0'), 32, '0')::uuid)
                INTO bounds
                FROM pg_catalog.unnest(ARRAY[month, month + pg_catalog.make_interval(months => 1)]) AS start;
            EXECUTE pg_catalog.format('CREATE TABLE %s (LIKE audit_entry)', partition);
            EXECUTE pg_catalog.format('ALTER TABLE audit_entry ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
                partition, bounds[1], bounds[2]);
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
REVOKE ALL ON FUNCTION keyvigil_make_audit_partitions(timestamptz, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION keyvigil_guard_audit(regclass) FROM PUBLIC;
SELECT keyvigil_make_audit_partitions(clock_timestamp(), 3);

-- For platforms -----------------------------------------------------------------------------------------------------

-- The keys that may be used. ORDER BY standing, is_default DESC, health, confirmed_at DESC NULLS LAST, key_id is the
-- order in which `resolve` prefers the keys of a scope. The view reads with its owner's rights; as a security barrier
-- it does not pass rows that it leaves out to the caller's functions.
CREATE VIEW usable_key WITH (security_barrier) AS
SELECT k.tenant_id, k.scope_kind, k.scope_id, k.id AS key_id, k.provider, k.label, k.params, k.prefix, k.hint,
    k.is_default, k.expires_at, h.key_version, h.last_finding AS finding,
    h.suspected_since IS NOT NULL AS is_suspected,
    CASE WHEN h.suspected_since IS NOT NULL OR h.last_finding IN ('invalid', 'revoked', 'expired', 'suspended')
        THEN h.alive_at ELSE h.last_conclusive_at END AS confirmed_at,
    CASE WHEN h.suspected_since IS NOT NULL OR k.expires_at <= clock_timestamp() THEN 1 ELSE 0 END AS standing,
    CASE WHEN h.exhausted_since IS NOT NULL THEN 2 WHEN h.last_finding = 'valid' THEN 0
        WHEN h.last_finding = 'restricted' THEN 1
        WHEN h.last_finding IN ('invalid', 'revoked', 'expired', 'suspended') THEN 4
        ELSE 3 END AS health,
    k.ciphertext
FROM tenant t JOIN stored_key k ON k.tenant_id = t.id JOIN key_health h ON h.key_id = k.id
WHERE t.byok AND h.status = 'active' AND coalesce(h.last_finding, '') <> 'undecryptable';
