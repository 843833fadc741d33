extension SchemaText {
    /// Which runner is probing a control, so that the other runners wait for its result (ruling 6).
    var controlClaims: String {
        """
        CREATE TABLE control_claim (
            provider TEXT NOT NULL,
            host TEXT NOT NULL,
            kind TEXT NOT NULL,
            runner TEXT NOT NULL,
            claimed_until \(time) NOT NULL,
            PRIMARY KEY (provider, host, kind)
        )\(clustered);

        """
    }

    /// What the guard counts and keeps for all runners: sums by hour, breakers (then called brakes), releases and
    /// controls; and the conditions that operators are told.
    var judgement: String {
        healthFacts + """
            CREATE TABLE provider_hour (
                provider TEXT NOT NULL,
                key_type TEXT NOT NULL,
                hour INTEGER NOT NULL,
                alive INTEGER NOT NULL DEFAULT 0,
                first_dead INTEGER NOT NULL DEFAULT 0,
                never_alive INTEGER NOT NULL DEFAULT 0,
                braked \(flag) NOT NULL DEFAULT FALSE,
                PRIMARY KEY (provider, key_type, hour)
            )\(clustered);

            CREATE TABLE provider_brake (
                id TEXT PRIMARY KEY,
                provider TEXT NOT NULL,
                key_type TEXT NOT NULL,
                reason TEXT NOT NULL CHECK (reason IN ('tooManyDead', 'noneAlive', 'evidence')),
                on_at \(time) NOT NULL,
                checked_at \(time) NOT NULL,
                hold_until \(time),
                off_at \(time),
                dead INTEGER NOT NULL,
                answered INTEGER NOT NULL,
                most INTEGER NOT NULL
            );
            CREATE UNIQUE INDEX provider_brake_on ON provider_brake (provider, key_type) WHERE off_at IS NULL;
            CREATE INDEX provider_brake_scope ON provider_brake (provider, key_type, on_at);

            CREATE TABLE brake_release (
                id TEXT PRIMARY KEY,
                provider TEXT NOT NULL,
                key_type TEXT,
                finding TEXT,
                at \(time) NOT NULL,
                reason TEXT NOT NULL
            );
            CREATE INDEX brake_release_provider ON brake_release (provider, at);

            CREATE TABLE control (
                provider TEXT NOT NULL,
                host TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('negative', 'canary')),
                at \(time) NOT NULL,
                outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'failed', 'unanswered')),
                finding TEXT NOT NULL,
                http_status INTEGER,
                code TEXT,
                request_id TEXT,
                run_id TEXT NOT NULL,
                PRIMARY KEY (provider, host, kind)
            )\(clustered);

            CREATE TABLE condition (
                kind TEXT NOT NULL,
                subject TEXT NOT NULL,
                since \(time) NOT NULL,
                facts TEXT NOT NULL,
                told_at \(time),
                ended_at \(time),
                end_told_at \(time),
                PRIMARY KEY (kind, subject, since)
            )\(clustered);

            CREATE INDEX audit_entry_guard ON audit_entry (provider, at) WHERE key_id IS NULL AND provider IS NOT NULL;

            """
    }

    /// Adds to a key's health the columns that version 1 lacks.
    private var healthFacts: String {
        """
        ALTER TABLE key_health ADD COLUMN key_type TEXT NOT NULL DEFAULT '';
        ALTER TABLE key_health ADD COLUMN alive_at \(time);
        ALTER TABLE key_health ADD COLUMN suspect_counted_from \(time);
        ALTER TABLE key_health ADD COLUMN suspect_request_id TEXT;
        ALTER TABLE key_health ADD COLUMN uncheckable_since \(time);
        UPDATE key_health SET alive_at = last_conclusive_at WHERE last_finding IN ('valid', 'restricted', 'exhausted');
        UPDATE key_health SET suspect_counted_from = suspected_since WHERE suspected_since IS NOT NULL;
        ALTER TABLE disabling ADD COLUMN key_type TEXT NOT NULL DEFAULT '';

        """
    }
}
