internal import Database
internal import KeyVigil
package import Vocabulary

extension ProbeNote {
    /// The note in a few words, without a full stop.
    package var sentence: Sentence { Sentence(words) }

    var words: String {
        switch self {
        case .unresolved: "the host name could not be resolved"
        case .connectionRefused: "no connection could be made"
        case .tls: "TLS failed or the certificate was not accepted"
        case .timedOut: "timed out"
        case .interrupted: "the connection broke before a complete answer"
        case .tooLarge: "the answer was larger than any that is expected"
        case .blockedAddress: "the host's address is not public"
        case .stopped: "stopped before an answer came"
        case .unusableURL: "the URL is not an https URL this program may fetch"
        case .libcurl(let code): "libcurl error \(code)"
        case .answeredWithoutKey: "the same is answered without a key, so it proves nothing"
        case .madeUpKeyAccepted(let finding):
            "answered \(finding.rawValue), not judged: the made-up key was not refused"
        case .madeUpKeyUnanswered(let finding):
            "answered \(finding.rawValue), not judged: the made-up key was not answered"
        case .noRequest: "no request can be made from its parameters"
        }
    }
}

extension KeyProbed {
    var words: String {
        let end = expiresAt.map { "ends \(UTCText.minute($0)) by the provider's word" }
        return Wording.list([note?.words, cause.map(\.words), end], by: "; ")
    }
}

extension KeyProbed.Cause {
    fileprivate var words: String {
        switch self {
        case .early: "early, as evidence about another key"
        }
    }
}
