extension Attention {
    /// What an operator should look at and, where a command helps, which one; without a full stop.
    package var sentence: Sentence { Sentence(words) }

    private var words: String {
        switch self {
        case .foreignKeys(let keys):
            "\(Wording.count(keys, "key")) \(keys == 1 ? "is" : "are") sealed with a master key that is not in this ring"
        case .overdue(let keys, let days):
            "\(Wording.count(keys, "key")) had no conclusive check for \(Wording.count(days, "day"))"
        case .breakerOpen(let provider, let keyType, let host, let cause):
            "the breaker of \(provider) (\(Wording.scope(keyType, host))) is open: \(cause.words)"
        case .controlFailed(let provider):
            "\(provider) did not refuse a made-up key, so its answers were not judged"
        case .outdatedCatalogue(let provider):
            "another runner has used a newer entry of the catalogue for \(provider), so this one disables none of "
                + "its keys; bring all to one version, or `keyvigil breakers release \(provider) --reason …`"
        case .brokenCanary(let provider):
            "the canary of \(provider) was refused while tenants' keys work; replace it"
        case .operatorsMailNotComposed: "the operators' mail could not be composed; run `keyvigil templates check`"
        case .unusableAddresses(let count):
            count == 1
                ? "1 address of a tenant with notices is no mail address; correct it"
                : "\(count) addresses of tenants with notices are no mail addresses; correct them"
        case .unaddressedTenants(let count):
            "\(Wording.count(count, "tenant")) with notices \(count == 1 ? "has" : "have") no mail address"
        case .uncomposedMails(let count): "mail for \(Wording.count(count, "tenant")) could not be composed"
        case .relayUnavailable(let reason): "mail relay unavailable: \(reason)"
        case .failedMails(let count): "\(Wording.count(count, "mail")) of the last 24 hours failed"
        }
    }
}
