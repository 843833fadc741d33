internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension GuardScope {
    /// The scope in which the guard counts this key, by its type and host in `health`.
    init(_ key: StoredKey, _ health: KeyHealth) {
        self.init(provider: key.provider, keyType: health.keyType, host: health.host)
    }
}
