package import Vocabulary

extension Finding {
    /// The reason that a tenant reads: our sentence, never the provider's message, which may contain a key (ruling
    /// 25).
    ///
    /// In English, to which every locale falls back. A translated template has its own sentence, in
    /// `{{#finding.revoked}}…{{/finding.revoked}}` and so on.
    ///
    /// - Parameter provider: the provider's name, already filtered for printing.
    package func sentence(provider: String) -> Sentence { Sentence(words(provider: provider)) }

    func words(provider: String) -> String {
        switch self {
        case .valid, .restricted: "\(provider) accepts the key."
        case .exhausted: "\(provider) says that the account behind the key has no credit left."
        case .invalid: "\(provider) does not know this key: it was deleted, replaced or never complete."
        case .revoked: "\(provider) says that the key was revoked."
        case .expired: "\(provider) says that the key has expired."
        case .suspended: "\(provider) says that the account behind the key is suspended."
        case .keyTypeRetired: "\(provider) no longer accepts keys of this kind."
        case .rateLimited: "\(provider) is limiting requests, so the key could not be checked."
        case .unreachable: "\(provider) could not be reached, so the key could not be checked."
        case .providerError: "\(provider) had a fault of its own, so the key could not be checked."
        case .egressBlocked: "\(provider) does not answer requests from our network, so the key could not be checked."
        case .unrecognised: "\(provider) gave an answer that we do not know, so the key could not be checked."
        case .undecryptable: "The stored key could not be read, so it could not be checked."
        case .unsupported: "Keys of \(provider) cannot be checked here."
        case .endpointChanged: "The address given for \(provider) no longer answers as it did."
        }
    }
}
