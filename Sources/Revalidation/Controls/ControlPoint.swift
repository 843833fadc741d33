internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Secrets

/// What one negative control covers: a provider, one of the hosts that the catalogue lists for it, or a tenant's
/// host.
struct ControlPoint: Hashable {
    let provider: String
    /// Empty where all keys of the provider are probed on one host.
    let host: String
    /// Whether the host is a tenant's own.
    let isTenants: Bool

    /// How long a result counts, in seconds.
    var freshFor: TimeInterval { isTenants ? ControlOutcome.evidenceFreshFor : ControlOutcome.freshFor }
}

extension KeyVault {
    /// The control that this key's answer needs: always where the catalogue fixes the host; on a tenant's own host
    /// only where the answer may disable or re-enable the key (ruling 6). Nil where it needs none, as for a provider
    /// whose rules call no key dead.
    func controlPoint(for key: StoredKey, _ facts: ProviderFacts) -> ControlPoint? {
        guard facts.hasDeadRule else { return nil }
        let provider = facts.provider
        if facts.isHostFixed {
            return ControlPoint(provider: provider.id, host: listedHost(of: key, facts), isTenants: false)
        }
        guard key.health.suspicion != nil || key.health.status == .disabled else { return nil }
        return ControlPoint(provider: provider.id, host: host(of: key, provider), isTenants: true)
    }

    /// The host that the key's parameters select among those that the catalogue lists; empty where it lists only one.
    func listedHost(of key: StoredKey, _ facts: ProviderFacts) -> String {
        facts.hasListedHosts ? listedHost(of: facts.provider, params: EndpointParameters.read(key.params)) : ""
    }

    /// The host that `params` select among those that the catalogue lists.
    func listedHost(of provider: Provider, params: [String: String]) -> String {
        provider.listedHost(baseURL: overrides[provider.id]?.baseURL, parameters: params)
    }

    /// The host that the key is probed on. Where no URL can be made, the key's parameters stand in its place, so that
    /// such keys share no control with others.
    private func host(of key: StoredKey, _ provider: Provider) -> String {
        let url = try? provider.endpoint(
            baseURL: overrides[provider.id]?.baseURL, parameters: EndpointParameters.read(key.params))
        return url.flatMap { URL(string: $0)?.host() } ?? key.params
    }
}

extension Provider {
    /// A random made-up key in the provider's format; 40 letters and digits where the catalogue knows no format.
    func someMadeUpKey() -> SecretBytes {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let key =
            madeUpKey(using: &generator) ?? (0..<40).map { _ in letters[Int.random(in: letters.indices)] }
        return SecretBytes(copying: key)
    }
}
