/// What an operator should look at after a run. A run's stored report holds these values; sentences are made of them
/// when the report is printed.
package enum Attention: Sendable, Equatable, Codable {
    /// Keys are encrypted with a master key that the run's ring lacks.
    case foreignKeys(Int)
    /// Enabled keys had no conclusive check for the promised period.
    case overdue(keys: Int, days: Int)
    /// A breaker is open.
    case breakerOpen(provider: String, keyType: String, host: String?, cause: BreakerCause)
    /// The provider did not refuse a made-up key.
    case controlFailed(provider: String)
    /// Another program has used a newer catalogue entry of the provider.
    case outdatedCatalogue(provider: String)
    /// The canary was refused while tenants' keys work.
    case brokenCanary(provider: String)
    /// The operators' mail could not be composed.
    case operatorsMailNotComposed
    /// Addresses of tenants with notices are no mail addresses.
    case unusableAddresses(Int)
    /// Tenants with notices have no mail address.
    case unaddressedTenants(Int)
    /// Mail for tenants could not be composed.
    case uncomposedMails(Int)
    /// The mail relay was not available; the reason is the transport's.
    case relayUnavailable(reason: String)
    /// Mails of the last 24 hours failed.
    case failedMails(Int)
}
