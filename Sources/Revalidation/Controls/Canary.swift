internal import Judgement
internal import KeyVigil
package import Secrets
internal import Vocabulary

/// The operator's own working key of a provider: the positive control, which the provider must accept.
package struct Canary: Sendable {
    /// The secret, wiped when the last reference to it ends.
    package let secret: SecretBytes
    /// Values for the placeholders of the provider's URL, by name.
    package let params: [String: String]

    /// - Parameter params: values for the placeholders of the provider's URL, by name.
    package init(_ secret: SecretBytes, params: [String: String] = [:]) {
        self.secret = secret
        self.params = params
    }

    /// Probes the canary. Nil where no request can be made from it, so that it is no evidence.
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
