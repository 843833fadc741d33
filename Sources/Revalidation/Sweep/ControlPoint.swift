internal import Foundation
internal import KeyVigil
internal import Secrets

/// Where a control is asked: once for a provider, or for each tenant's own host.
struct ControlPoint: Hashable {
    let provider: String
    /// Empty where the catalogue or the operator fixes the host.
    let host: String

    /// A result counts for so many seconds.
    var freshFor: TimeInterval { host.isEmpty ? ControlOutcome.freshFor : ControlOutcome.evidenceFreshFor }
}

extension KeyVault {
    /// Where this key's answer needs a control: everywhere that the host is fixed; on a tenant's own host only where the
    /// answer may disable the key or bring it back (ruling 6). Nil: nowhere, also for a provider that calls no key dead.
    func controlPoint(for key: StoredKey, _ facts: ProviderFacts) -> ControlPoint? {
        guard facts.hasDeadRule else { return nil }
        if facts.isHostFixed { return ControlPoint(provider: facts.provider.id, host: "") }
        guard key.health.suspicion != nil || key.health.status == .disabled else { return nil }
        return ControlPoint(provider: facts.provider.id, host: host(of: key, facts.provider))
    }

    private func host(of key: StoredKey, _ provider: Provider) -> String {
        let url = try? provider.endpoint(
            baseURL: overrides[provider.id]?.baseURL, parameters: EndpointParameters.read(key.params))
        return url.flatMap { URL(string: $0)?.host() } ?? key.params
    }
}

extension Provider {
    /// A made-up key of the provider's shape, or of no shape where none is known.
    func someMadeUpKey() -> SecretBytes {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let key =
            madeUpKey(using: &generator) ?? (0..<40).map { _ in letters[Int.random(in: letters.indices)] }
        return SecretBytes(copying: key)
    }
}
