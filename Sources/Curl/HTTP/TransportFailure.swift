/// Why no complete answer came. It says nothing about the key that was sent.
package enum TransportFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The host name (or the proxy's) has no address.
    case unresolved
    /// No connection could be made.
    case refused
    /// The TLS handshake or the certificate's verification failed.
    case tls
    /// The template's time was over.
    case timedOut
    /// The connection broke or the answer was not complete, well-formed HTTP.
    case interrupted
    /// The body went over its template's limit, or the headers over 64 KiB.
    case tooLarge
    /// The host has only addresses that are not public.
    case blockedAddress
    /// The client was stopped.
    case aborted
    /// The template's URL is not one that this client fetches.
    case unusableURL
    /// Any other libcurl result code (see libcurl-errors(3)).
    case other(Int)

    /// A fixed phrase.
    package var description: String {
        switch self {
        case .unresolved: "the host name could not be resolved"
        case .refused: "no connection could be made"
        case .tls: "TLS failed or the certificate was not accepted"
        case .timedOut: "timed out"
        case .interrupted: "the connection broke before a complete answer"
        case .tooLarge: "the answer was larger than any that is expected"
        case .blockedAddress: "the host's address is not public"
        case .aborted: "stopped before an answer came"
        case .unusableURL: "the URL is not an https URL this program may fetch"
        case .other(let code): "libcurl error \(code)"
        }
    }

    /// A connection that broke may have been an old one that the server was about to close.
    var isWorthRetry: Bool { self == .interrupted || self == .refused }
}
