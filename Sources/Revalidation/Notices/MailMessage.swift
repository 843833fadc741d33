package import Foundation

/// One mail to one recipient, as RFC 5322 bytes: text and HTML side by side, UTF-8, quoted-printable.
///
/// The same parts give the same bytes: a mail sent again is the mail that was sent. Lines end in CRLF and none is over
/// 76 characters, except a header that holds one long address; nothing in it needs 8BITMIME or SMTPUTF8.
package struct MailMessage: Sendable {
    /// Who sends it.
    package let from: Mailbox
    /// Who gets it: one recipient, so that each has a delivery state of its own and none sees another's address.
    package let to: Mailbox
    /// The subject, as a person reads it.
    package let subject: HeaderText
    /// When the mail was composed, which stays when it is sent again.
    package let date: Date
    /// The mail's identity, which stays when it is sent again.
    package let messageID: MessageID
    /// The plain text.
    package let text: String
    /// The same in HTML.
    package let html: String

    /// A mail of these parts.
    package init(
        from: Mailbox, to: Mailbox, subject: HeaderText, date: Date, messageID: MessageID, text: String, html: String
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.text = text
        self.html = html
    }

    /// The message on the wire, without SMTP's dot stuffing, which is the sender's task.
    package var bytes: [UInt8] {
        var bytes = Array((headers.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        bytes += part("text/plain", text)
        bytes += part("text/html", html)
        bytes += Array("--\(messageID.boundary)--\r\n".utf8)
        return bytes
    }

    private var headers: [String] {
        [
            Self.addressHeader("From", from),
            Self.addressHeader("To", to),
            EncodedWord.header("Subject", subject),
            "Date: \(Self.timestamp(date))",
            "Message-ID: <\(messageID)>",
            // RFC 3834: no out-of-office reply, please; the second line says it to Exchange.
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative;\r\n boundary=\"\(messageID.boundary)\"",
        ]
    }

    private func part(_ type: String, _ content: String) -> [UInt8] {
        let head = """
            --\(messageID.boundary)\r
            Content-Type: \(type); charset=utf-8\r
            Content-Transfer-Encoding: quoted-printable\r
            \r

            """
        return Array(head.utf8) + QuotedPrintable.encode(content) + Array("\r\n".utf8)
    }

    private static func addressHeader(_ field: String, _ mailbox: Mailbox) -> String {
        guard let name = mailbox.name else { return "\(field): \(mailbox.address)" }
        return "\(field): \(EncodedWord.phrase(name.text, column: field.utf8.count + 2))\r\n <\(mailbox.address)>"
    }

    /// RFC 5322 date and time, in UTC.
    private static func timestamp(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: date)
    }
}
