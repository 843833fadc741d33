internal import Database
internal import KeyVigil
package import Vocabulary

/// The number of one provider's keys that cannot be checked for one reason.
package struct UncheckableKeys: Sendable, Equatable, Codable {
    /// The party that can correct the cause.
    package enum Owner: String, Sendable, Codable {
        /// The operators of the platform.
        case operators
        /// The tenant whose host the key is probed on.
        case tenant
    }

    /// The provider's id as it is stored with the keys; the catalogue may not know it.
    package let provider: String
    /// The reason why no probe gives a verdict.
    package let finding: Finding
    /// The party that has to act.
    package let owner: Owner
    /// The number of keys.
    package let count: Int

    /// A group of `count` keys.
    package init(provider: String, finding: Finding, owner: Owner, count: Int) {
        self.provider = provider
        self.finding = finding
        self.owner = owner
        self.count = count
    }

    /// The cause that the owner has to correct, in our own words.
    package var remedy: String {
        switch (finding, owner) {
        case (.undecryptable, _): "the master key is another one, or the row was tampered with"
        case (.unsupported, _): "the catalogue has no provider or no request for it"
        case (.endpointChanged, .tenant): "the tenant's resource is gone or renamed"
        case (.endpointChanged, .operators): "the catalogue's address is outdated"
        case (.egressBlocked, .tenant): "the tenant's firewall keeps us out"
        case (.egressBlocked, .operators): "our own address or region is blocked"
        default: "look at one of them"
        }
    }
}

extension ActiveProviders {
    /// The party that can correct the cause: the tenant where its own host is the cause, otherwise the operators.
    func owner(of finding: Finding, provider: String) -> UncheckableKeys.Owner {
        finding.isAtTheHost && onTenantsHosts.contains(provider) ? .tenant : .operators
    }
}
