extension SchemaText {
    /// On a server each statement that stores or deletes keys adds one row to a sum, no longer each key: every run
    /// would read the rows that an import leaves.
    var sumsByStatement: String {
        guard dialect == .postgresql else { return "" }
        return """
            CREATE FUNCTION keyvigil_count_statement() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO key_count
                    SELECT provider, key_type, host, status, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
                    FROM changed GROUP BY provider, key_type, host, status;
                RETURN NULL;
            END
            $$;
            DROP TRIGGER key_count_change ON key_health;
            CREATE TRIGGER key_count_insert AFTER INSERT ON key_health REFERENCING NEW TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION keyvigil_count_statement();
            CREATE TRIGGER key_count_delete AFTER DELETE ON key_health REFERENCING OLD TABLE AS changed
                FOR EACH STATEMENT EXECUTE FUNCTION keyvigil_count_statement();

            """
    }
}
