package import Curl
internal import Foundation
package import Mail

/// Delivers composed mails: to an SMTP relay, or into a directory.
package protocol MailTransport: Sendable {
    /// Whether delivering the same mail twice has the effect of delivering it once. Then a mail whose sender stopped
    /// is not in doubt and is delivered again.
    var isIdempotent: Bool { get }

    /// Makes one attempt to deliver a message and returns the result. Errors are results too: see `Delivery`.
    ///
    /// - Parameters:
    ///   - mailID: the mail's id in the store, the same when the mail is repeated.
    ///   - deadline: the transport must not begin to send the message after it, because another sender may then claim
    ///     the mail.
    func deliver(
        _ message: [UInt8], mailID: String, from: MailAddress, to: MailAddress,
        startingBefore deadline: ContinuousClock.Instant
    ) async -> Delivery

    /// Ends the delivery under way within about one second and accepts no further mail.
    func stop()
}

/// Delivers mails to an SMTP relay, over one connection for all mails of a run.
package struct SMTPTransport: MailTransport {
    private let client: SMTPClient

    /// A transport to this relay, which connects with the first mail.
    ///
    /// - Throws: `CurlSetupFailure` where libcurl cannot be set up on this machine; another attempt does not help.
    package init(_ relay: SMTPRelay) throws { client = try SMTPClient(relay) }

    /// False: a repeated mail arrives as a second copy, with the same Message-ID.
    package var isIdempotent: Bool { false }

    /// Makes one attempt; `mailID` is not used.
    package func deliver(
        _ message: [UInt8], mailID: String, from: MailAddress, to: MailAddress,
        startingBefore deadline: ContinuousClock.Instant
    ) async -> Delivery {
        await client.deliver(message, from: from, to: to, startingBefore: deadline)
    }
}

extension MailTransport {
    /// Does nothing; for transports whose deliveries do not block.
    package func stop() {}
}

extension SMTPTransport {
    /// Stops the client. A mail that was sent completely and not answered is then in doubt.
    package func stop() { client.stop() }
}

/// Writes mails as `.eml` files into a directory. Files have mode 0600 and appear complete or not at all.
package struct DirectoryTransport: MailTransport {
    private let directory: String

    /// - Parameter directory: created with mode 0700 by the first mail where it is missing.
    package init(directory: String) { self.directory = directory }

    /// True: the mail's id is the file's name, so a repeat writes the same file.
    package var isIdempotent: Bool { true }

    /// Writes `ID.eml`. The deadline is ignored, because a second sender writes the same file.
    package func deliver(
        _ message: [UInt8], mailID: String, from: MailAddress, to: MailAddress,
        startingBefore deadline: ContinuousClock.Instant
    ) async -> Delivery {
        let name = "\(mailID).eml"
        let path = "\(directory)/\(name)"
        let draft = "\(directory)/.\(name).part"
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let made = FileManager.default.createFile(
                atPath: draft, contents: Data(message), attributes: [.posixPermissions: 0o600])
            guard made, rename(draft, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
            return .accepted(reply: "written to \(name)")
        } catch {
            return .relayUnavailable(reason: "cannot write to the mail directory")
        }
    }
}
