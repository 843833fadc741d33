internal import Judgement
internal import KeyVigil
package import Secrets
internal import Vocabulary

/// An operator's own key of a provider, known to be good.
package struct Canary: Sendable {
    /// The key.
    package let secret: SecretBytes
    /// Its endpoint parameters.
    package let params: [String: String]

    /// A canary.
    package init(_ secret: SecretBytes, params: [String: String] = [:]) {
        self.secret = secret
        self.params = params
    }

    /// What the provider says of it now; nil where it cannot be asked about and so proves nothing.
    func ask(through vault: KeyVault, provider: Provider) async -> Observation? {
        try? await vault.check(secret, provider: provider, params: params)
    }
}

extension ControlResult {
    init(canary secret: SecretBytes, _ observation: Observation, of provider: Provider, at keyHost: String) {
        self.init(
            provider: provider.id, host: "", kind: .canary,
            outcome: ControlOutcome(canaryAnswered: observation.finding), observation: observation,
            keyType: secret.withBytes(provider.keyType), keyHost: keyHost)
    }
}
