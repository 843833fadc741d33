package import Foundation

/// One mail to one recipient, as RFC 5322 bytes: text and HTML side by side, UTF-8, quoted-printable.
///
/// The same parts give the same bytes, so a repeat is identical to the first attempt. Lines end in CRLF and have at most
/// 76 characters, except a header that holds one long address; no relay needs 8BITMIME or SMTPUTF8 for it.
package struct MailMessage: Sendable {
    /// The sender.
    package let from: Mailbox
    /// The one recipient: each mail has one delivery state, and no recipient sees the address of another.
    package let to: Mailbox
    /// The subject, as a person reads it.
    package let subject: HeaderText
    /// When the mail was composed; a repeat keeps it. Written in UTC.
    package let date: Date
    /// The mail's identity; a repeat keeps it.
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

    /// The message on the wire, without SMTP's dot stuffing, which the SMTP client does.
    package var bytes: [UInt8] {
        var bytes = Array((headers.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        bytes += part(type: "text/plain", content: text)
        bytes += part(type: "text/html", content: html)
        bytes += Array("--\(messageID.boundary)--\r\n".utf8)
        return bytes
    }

    private var headers: [String] {
        [
            Self.header("From", of: from),
            Self.header("To", of: to),
            EncodedWord.header("Subject", text: subject),
            "Date: \(Self.timestamp(date))",
            "Message-ID: <\(messageID)>",
            // RFC 3834: asks for no automatic reply; Exchange reads the second header instead.
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative;\r\n boundary=\"\(messageID.boundary)\"",
        ]
    }

    private func part(type: String, content: String) -> [UInt8] {
        let head = """
            --\(messageID.boundary)\r
            Content-Type: \(type); charset=utf-8\r
            Content-Transfer-Encoding: quoted-printable\r
            \r

            """
        return Array(head.utf8) + QuotedPrintable.encode(content) + Array("\r\n".utf8)
    }

    private static func header(_ field: String, of mailbox: Mailbox) -> String {
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
