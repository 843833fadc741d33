internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension GuardScope {
    /// What the guard keeps this key under.
    init(_ key: StoredKey, _ health: KeyHealth) {
        self.init(provider: key.provider, keyType: health.keyType, host: health.host)
    }
}
