internal import KeyVigil
public import Secrets

/// An operator's own key of a provider, known to be good.
public struct Canary: Sendable {
    /// The key.
    public let secret: SecretBytes
    /// Its endpoint parameters.
    public let params: [String: String]

    /// A canary.
    public init(_ secret: SecretBytes, params: [String: String] = [:]) {
        self.secret = secret
        self.params = params
    }

    /// Whether the provider calls it `valid` now; a canary that cannot be asked about proves nothing.
    func isValid(_ vault: KeyVault, providerID: String) async -> Bool {
        guard let provider = vault.catalogue[providerID] else { return false }
        return (try? await vault.check(secret, provider: provider, params: params))?.finding == .valid
    }
}
