internal import Database
internal import KeyVigil
package import Vocabulary

/// Keys that no probe can say anything about, of one provider and for one reason.
package struct UncheckableKeys: Sendable, Equatable, Codable {
    /// Who can mend it.
    package enum Owner: String, Sendable, Codable {
        /// Whoever runs the platform.
        case operators
        /// The tenant, whose host it is.
        case tenant
    }

    /// The provider's id, as the key's row has it.
    package let provider: String
    /// Why.
    package let finding: Finding
    /// Who has to act.
    package let owner: Owner
    /// How many keys.
    package let count: Int

    /// Some keys.
    package init(provider: String, finding: Finding, owner: Owner, count: Int) {
        self.provider = provider
        self.finding = finding
        self.owner = owner
        self.count = count
    }

    /// What has to be done, in our own words.
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
    /// Who can mend it: the tenant only where the host is its own.
    func owner(of finding: Finding, provider: String) -> UncheckableKeys.Owner {
        finding.isAtTheHost && onTenantsHosts.contains(provider) ? .tenant : .operators
    }
}
