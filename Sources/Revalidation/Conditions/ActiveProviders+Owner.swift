internal import Vocabulary

extension ActiveProviders {
    /// The party that can correct the cause: the tenant where its own host is the cause, otherwise the operators.
    func owner(of finding: Finding, provider: String) -> UncheckableKeys.Owner {
        finding.isAtTheHost && onTenantsHosts.contains(provider) ? .tenant : .operators
    }
}
