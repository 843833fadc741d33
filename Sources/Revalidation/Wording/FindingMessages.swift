package import KeyVigil
package import Vocabulary

/// What a provider's answer means, in sentences for people: with the provider's code, never with its message.
package enum FindingMessages {
    /// Why a key was not saved.
    package static func refusal(_ refused: KeyRefused) -> Sentence {
        Sentence("not saved: \(words(refused.observation, provider: refused.provider.name))")
    }

    /// What the answer means, with its status and code.
    ///
    /// - Parameter provider: its name.
    package static func message(_ observation: Observation, provider: String) -> Sentence {
        Sentence(words(observation, provider: provider))
    }

    private static func words(_ observation: Observation, provider: String) -> String {
        meaning(observation, provider: provider) + evidence(observation)
    }

    private static func evidence(_ observation: Observation) -> String {
        let status = observation.httpStatus.map { "HTTP \($0)" }
        let code = observation.classification.providerCode.map { "code \($0)" }
        let parts = [status, code, observation.note?.words].compactMap(\.self)
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }

    private static func meaning(_ observation: Observation, provider: String) -> String {
        switch observation.finding {
        case .valid: "\(provider) accepts the key"
        case .restricted: "\(provider) accepts the key, with restricted permissions"
        case .exhausted: "\(provider) accepts the key, but its account is out of credit"
        case .invalid: "\(provider) says the key is not valid"
        case .revoked: "\(provider) says the key was revoked or its account closed"
        case .expired: "\(provider) says the key has expired"
        case .suspended: "\(provider) says the key or its account is suspended"
        case .keyTypeRetired: "\(provider) no longer accepts this type of key"
        case .rateLimited: "\(provider) is limiting requests; try again in a minute"
        case .unreachable: "\(provider) could not be reached; try again later"
        case .providerError: "\(provider) answered with an error of its own; try again later"
        case .egressBlocked: "\(provider) blocks requests from this machine's address or region"
        case .unrecognised: "\(provider) gave an answer that proves nothing about the key"
        case .undecryptable: "the stored ciphertext does not open; replace the key"
        case .unsupported: "no request can be made for this key"
        case .endpointChanged: "\(provider) \(Finding.endpointChange(observation.httpStatus)); its endpoint has changed"
        }
    }
}
