internal import Secrets
internal import Vocabulary

extension SecretBytes {
    /// Refuses bytes that cannot be a key. Only printable ASCII without spaces can stand in a header; other bytes
    /// come from a faulty paste.
    func requireKeyCharacters() throws(InvalidInput) {
        guard count > 0 else {
            throw InvalidInput("the key is empty")
        }
        guard count <= 4096 else {
            throw InvalidInput("the key is longer than 4096 characters; that is no API key")
        }
        guard withBytes({ $0.allSatisfy { (0x21...0x7e).contains($0) } }) else {
            throw InvalidInput(
                "the key holds a space, line break or other character that no API key has; paste it again")
        }
    }
}
