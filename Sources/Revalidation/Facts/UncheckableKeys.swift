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
}
