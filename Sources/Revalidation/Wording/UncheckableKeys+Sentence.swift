internal import Vocabulary

extension UncheckableKeys {
    /// The cause that the owner has to correct, in our own words.
    package var remedy: Sentence { Sentence(words) }

    private var words: String {
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
