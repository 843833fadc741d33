extension SchemaText {
    /// The view that platforms read in SQL: the keys that may be used, and how they rank.
    var usable: String { scopes + usableKeys }

    /// An index by scope, so that a query about one scope does not read all keys of the tenant.
    private var scopes: String {
        """
        DROP INDEX stored_key_tenant;
        CREATE INDEX stored_key_tenant ON stored_key (tenant_id, scope_kind, scope_id, provider);

        """
    }

    /// `ORDER BY standing, is_default DESC, health, confirmed_at DESC NULLS LAST, key_id` is the order in which
    /// `resolve` prefers the keys of a scope (`KeyRank`). On a server the view reads with its owner's rights; as a
    /// security barrier it does not pass rows that it leaves out to the caller's functions. In SQLite, a later
    /// migration that replaces one of its tables has to drop the view first.
    private var usableKeys: String {
        let dead = ["invalid", "revoked", "expired", "suspended"].map { "'\($0)'" }.joined(separator: ", ")
        let now = dialect == .sqlite ? "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')" : "clock_timestamp()"
        return """
            CREATE VIEW usable_key\(dialect == .sqlite ? "" : " WITH (security_barrier)") AS
            SELECT k.tenant_id, k.scope_kind, k.scope_id, k.id AS key_id, k.provider, k.label, k.params, k.prefix, k.hint,
                k.is_default, k.expires_at, h.key_version, h.last_finding AS finding,
                h.suspected_since IS NOT NULL AS is_suspected,
                CASE WHEN h.suspected_since IS NOT NULL OR h.last_finding IN (\(dead)) THEN h.alive_at
                    ELSE h.last_conclusive_at END AS confirmed_at,
                CASE WHEN h.suspected_since IS NOT NULL OR k.expires_at <= \(now) THEN 1 ELSE 0 END AS standing,
                CASE WHEN h.exhausted_since IS NOT NULL THEN 2 WHEN h.last_finding = 'valid' THEN 0
                    WHEN h.last_finding = 'restricted' THEN 1 WHEN h.last_finding IN (\(dead)) THEN 4
                    ELSE 3 END AS health,
                k.ciphertext
            FROM tenant t JOIN stored_key k ON k.tenant_id = t.id JOIN key_health h ON h.key_id = k.id
            WHERE t.byok AND h.status = 'active' AND coalesce(h.last_finding, '') <> 'undecryptable';

            """
    }
}
