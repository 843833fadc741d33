package import Curl
internal import Foundation
package import Mail

/// The way that composed mails leave.
package protocol MailTransport: Sendable {
    /// Whether the same mail may be handed over twice and arrives once; then a stopped sender leaves nothing in doubt.
    var isIdempotent: Bool { get }

    /// Hands over one message; says what became of it and never throws.
    ///
    /// - Parameters:
    ///   - mailID: the mail's id in the store, the same on a repeat.
    ///   - deadline: from then on another sender may have the mail, and none of it must leave here.
    func deliver(
        _ message: [UInt8], mailID: String, from: MailAddress, to: MailAddress,
        startingBefore deadline: ContinuousClock.Instant
    ) async -> Delivery

    /// Ends the delivery under way within about a second and takes no more.
    func stop()
}

/// Over SMTP, one connection kept for all mails of a run.
package struct SMTPTransport: MailTransport {
    private let client: SMTPClient

    /// A transport to this relay; connects with the first mail.
    package init(_ relay: SMTPRelay) throws { client = try SMTPClient(relay) }

    /// No: a repeat is a second copy.
    package var isIdempotent: Bool { false }

    /// One attempt.
    package func deliver(
        _ message: [UInt8], mailID: String, from: MailAddress, to: MailAddress,
        startingBefore deadline: ContinuousClock.Instant
    ) async -> Delivery {
        await client.deliver(message, from: from, to: to, startingBefore: deadline)
    }
}

extension MailTransport {
    /// For transports that never wait.
    package func stop() {}
}

extension SMTPTransport {
    /// A mail that was handed over completely is then in doubt.
    package func stop() { client.stop() }
}

/// As `.eml` files in a directory, readable by the owner alone; a file is whole or absent.
package struct DirectoryTransport: MailTransport {
    private let directory: String

    /// Files go to this directory, which is made if it is missing.
    package init(directory: String) { self.directory = directory }

    /// Yes: the file's name is the mail's id.
    package var isIdempotent: Bool { true }

    /// Writes `ID.eml`, also late: a second sender writes the same file.
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
