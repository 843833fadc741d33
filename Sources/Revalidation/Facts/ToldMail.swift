package import Foundation

/// A mail to one address that told of a key, perhaps among others.
package struct ToldMail: Sendable {
    /// The recipient's address, printable.
    package let address: String
    /// Kinds of the notices about this key in it, such as `key_disabled`.
    package let kinds: String
    /// The state of its delivery; nil for one that this program does not know.
    package let state: MailState?
    /// How often sending it was tried.
    package let attempts: Int
    /// When it was composed.
    package let createdAt: Date
    /// When the relay accepted it; nil where it has not.
    package let sentAt: Date?
    /// When it is tried again; nil where it is not.
    package let nextAttemptAt: Date?
    /// The relay's last reply, printable, at most 300 characters.
    package let reply: String?
    /// Its Message-ID, printable.
    package let messageID: String

    var at: Date { sentAt ?? createdAt }
}
