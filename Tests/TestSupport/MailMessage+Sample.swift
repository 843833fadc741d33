internal import Foundation
package import Mail

extension MailMessage {
    /// A mail with defaults, so that a test names only what it checks.
    ///
    /// - Throws: the error of the part that is not valid: address, name or subject.
    package static func sample(
        to: String = "team@acme.example", name: String? = nil, subject: String = "Subject", text: String = "Text\n",
        html: String = "<p>HTML</p>\n"
    ) throws -> MailMessage {
        MailMessage(
            from: Mailbox(try MailAddress("keys@platform.example"), name: try name.map { try HeaderText($0) }),
            to: Mailbox(try MailAddress(to)), subject: try HeaderText(subject),
            date: Date(timeIntervalSince1970: 1_736_847_000),
            messageID: try MessageID("0b8a3c1e-5d1f-4c57-9a3e-2f6f0f5a7c11@platform.example"), text: text, html: html)
    }
}
