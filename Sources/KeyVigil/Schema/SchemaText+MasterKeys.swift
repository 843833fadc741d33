extension SchemaText {
    /// Adds an index by master key, with which ciphertexts are counted and paged without decrypting them; and the
    /// time at which a master key was retired.
    var masterKeys: String {
        """
        ALTER TABLE encryption_key ADD COLUMN retired_at \(time);
        CREATE INDEX stored_key_ring ON stored_key (substr(ciphertext, 2, 4), id);

        """
    }
}
