internal import CCurl

/// A relay setting that cannot be used. Permanent: correct the setting. Never repeats the URL, which may hold a password.
package enum InvalidRelay: Error, Sendable, Equatable, CustomStringConvertible {
    /// libcurl cannot read it as a URL.
    case notURL
    /// The scheme is neither `smtp` nor `smtps`.
    case scheme
    /// There is no host, or it is not plain ASCII.
    case host
    /// A path, query or fragment follows the host.
    case path
    /// A user without a password or the other way round.
    case credentials

    /// What is wrong and what is expected.
    package var description: String {
        let expected = "expected smtps://user:password@host:465 or smtp://host:587"
        return switch self {
        case .notURL: "the SMTP URL is not a URL; \(expected), with %-escapes for special characters in the password"
        case .scheme: "the SMTP URL has the wrong scheme; \(expected)"
        case .host: "the SMTP URL has no usable host; \(expected)"
        case .path: "the SMTP URL has something after the host; \(expected)"
        case .credentials: "the SMTP URL has a user without a password, or a password without a user; \(expected)"
        }
    }
}

/// The SMTP server that takes mail for delivery, and how long to wait for it.
package struct SMTPRelay: Sendable, CustomStringConvertible {
    /// Without credentials: `smtps://host:465`.
    package let description: String
    /// The longest wait for each reply but the final one.
    package let replyTimeout: Duration
    /// The longest wait for the final reply. RFC 5321, 4.5.3.2.6, asks for ten minutes: a client that gives up early makes
    /// duplicates.
    package let finalReplyTimeout: Duration

    let caFile: String?
    let isInsecure: Bool
    let user: SecretBuffer?
    let password: SecretBuffer?

    /// Reads `smtps://` (TLS from the start, port 465) or `smtp://` (STARTTLS required, port 587), throwing
    /// ``InvalidRelay``.
    ///
    /// - Parameters:
    ///   - insecureLoopback: allows clear text with `smtp://`; has an effect only where the host is this machine.
    ///   - caFile: a PEM file of certificate authorities, to be trusted instead of the system's.
    package init(
        url: String, insecureLoopback: Bool = false, caFile: String? = nil,
        replyTimeout: Duration = .seconds(120), finalReplyTimeout: Duration = .seconds(600)
    ) throws {
        let parts = try RelayURL(url)
        description = "\(parts.scheme)://\(parts.host):\(parts.port)"
        self.replyTimeout = replyTimeout
        self.finalReplyTimeout = finalReplyTimeout
        self.caFile = caFile
        isInsecure = insecureLoopback && parts.scheme == "smtp" && parts.isLoopback
        user = parts.user.map(Self.secret)
        password = parts.password.map(Self.secret)
    }

    private static func secret(_ text: String) -> SecretBuffer {
        Array(text.utf8).withUnsafeBytes { SecretBuffer($0) }
    }
}
