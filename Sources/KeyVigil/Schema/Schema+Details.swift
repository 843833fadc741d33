extension Schema {
    /// What a review of the judgement added.
    static let details = canaryDetails

    /// A canary speaks for keys of its own type. What earlier versions stored does not say which, so it is asked anew.
    private static let canaryDetails = """
        ALTER TABLE control ADD COLUMN key_type TEXT NOT NULL DEFAULT '';
        ALTER TABLE control ADD COLUMN is_outvoted INTEGER NOT NULL DEFAULT 0;
        DELETE FROM control WHERE kind = 'canary';
        ALTER TABLE provider_brake ADD COLUMN by_canary INTEGER NOT NULL DEFAULT 0;

        """
}
