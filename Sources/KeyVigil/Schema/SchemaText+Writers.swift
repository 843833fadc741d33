extension SchemaText {
    /// Guards `next_probe_at` against values that other programs write. An update compares the stored time with the
    /// one that was read, in milliseconds: with any other value it would never match, so that the key would be probed
    /// for ever and no answer stored. A server therefore cuts microseconds, and SQLite, which stores any text,
    /// refuses other forms.
    var writers: String { dialect == .sqlite ? embeddedGuard : serverGuard }

    private var embeddedGuard: String {
        let form = "YYYY-MM-DDTHH:MM:SS.mmmZ".map { $0.isLetter && !"TZ".contains($0) ? "[0-9]" : String($0) }.joined()
        return """
            CREATE TRIGGER key_health_time BEFORE INSERT ON key_health WHEN new.next_probe_at NOT GLOB '\(form)'
                BEGIN SELECT raise(ABORT, 'next_probe_at must be a time such as 2026-11-21T10:15:00.000Z'); END;

            """
    }

    private var serverGuard: String {
        """
        CREATE FUNCTION keyvigil_keep_milliseconds() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.next_probe_at := date_trunc('milliseconds', NEW.next_probe_at);
            RETURN NEW;
        END
        $$;
        CREATE TRIGGER key_health_time BEFORE INSERT ON key_health FOR EACH ROW
            WHEN (NEW.next_probe_at <> date_trunc('milliseconds', NEW.next_probe_at))
            EXECUTE FUNCTION keyvigil_keep_milliseconds();

        """
    }
}
