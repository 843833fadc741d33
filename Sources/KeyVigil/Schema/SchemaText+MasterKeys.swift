extension SchemaText {
    /// Which master key each ciphertext names, counted and found in order without opening one; and which keys of the ring
    /// nothing may be written with any more.
    var masterKeys: String {
        """
        ALTER TABLE encryption_key ADD COLUMN retired_at \(time);
        CREATE INDEX stored_key_ring ON stored_key (substr(ciphertext, 2, 4), id);

        """
    }
}
