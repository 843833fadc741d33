internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Secrets

/// Where a control is asked: once for a provider, for each host that the catalogue lists, or for each tenant's own.
struct ControlPoint: Hashable {
    let provider: String
    /// Empty where all keys go to one host.
    let host: String
    /// Whether the host is a tenant's own.
    let isTenants: Bool

    /// A result counts for so many seconds.
    var freshFor: TimeInterval { isTenants ? ControlOutcome.evidenceFreshFor : ControlOutcome.freshFor }
}

extension KeyVault {
    /// Where this key's answer needs a control: everywhere that the host is fixed; on a tenant's own host only where the
    /// answer may disable the key or bring it back (ruling 6). Nil: nowhere, also for a provider that calls no key dead.
    func controlPoint(for key: StoredKey, _ facts: ProviderFacts) -> ControlPoint? {
        guard facts.hasDeadRule else { return nil }
        let provider = facts.provider
        if facts.isHostFixed {
            return ControlPoint(provider: provider.id, host: listedHost(of: key, facts), isTenants: false)
        }
        guard key.health.suspicion != nil || key.health.status == .disabled else { return nil }
        return ControlPoint(provider: provider.id, host: host(of: key, provider), isTenants: true)
    }

    /// The one of the provider's own hosts that the key's parameters choose; empty where there is nothing to choose.
    func listedHost(of key: StoredKey, _ facts: ProviderFacts) -> String {
        facts.hasListedHosts ? listedHost(of: facts.provider, params: EndpointParameters.read(key.params)) : ""
    }

    /// The same for any parameters.
    func listedHost(of provider: Provider, params: [String: String]) -> String {
        provider.listedHost(baseURL: overrides[provider.id]?.baseURL, parameters: params)
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
