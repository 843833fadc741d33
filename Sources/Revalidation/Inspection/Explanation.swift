package import Foundation
package import KeyVigil

/// The whole story of one key: why it is in its state, what happened in order of time, and what comes next.
///
/// Holds the key's prefix and hint, and the addresses that were mailed: it is for an operator's own terminal.
package struct Explanation: Sendable {
    /// Lower-case UUID.
    package let keyID: String
    /// The key as it stands; nil where it was deleted.
    package let key: StoredKey?
    /// Its state and the reason, in a few sentences.
    package let summary: String
    /// What happened, oldest first; runs of equal quiet checks are one entry.
    package let timeline: [Entry]
    /// What happens next and what it depends on, a sentence each; empty for a key that is gone.
    package let next: [String]

    /// One line of the story.
    package struct Entry: Sendable {
        /// What it tells of.
        package let content: Content
        /// When.
        package let at: Date
        /// When the last of the folded ones was.
        package private(set) var until: Date
        /// How many equal ones it stands for.
        package private(set) var count = 1

        /// Where an entry comes from.
        package enum Content: Sendable {
            /// A row of the audit log: the first, where several are folded.
            case audit(AuditLine)
            /// A mail that told of the key.
            case mail(ToldMail)
        }

        init(_ line: AuditLine) { (content, at, until) = (.audit(line), line.at, line.at) }

        init(_ mail: ToldMail) { (content, at, until) = (.mail(mail), mail.at, mail.at) }

        mutating func fold(_ other: Entry) {
            until = other.until
            count += other.count
        }
    }

    /// A mail to one address that told of the key, perhaps among others.
    package struct ToldMail: Sendable {
        /// To whom.
        package let address: String
        /// Kinds of the notices about this key in it, such as `key_disabled`.
        package let kinds: String
        /// `pending`, `sending`, `sent`, `deferred`, `inDoubt`, `failed` or `suppressed`.
        package let state: String
        /// How often it was handed to the mail server.
        package let attempts: Int
        /// When it was composed.
        package let createdAt: Date
        /// When the server took it.
        package let sentAt: Date?
        /// When it is tried again.
        package let nextAttemptAt: Date?
        /// The server's last words, printable.
        package let reply: String?
        /// Its Message-ID.
        package let messageID: String

        var at: Date { sentAt ?? createdAt }
    }

    /// Tells the story. Pure: nothing but the facts decides.
    init(_ facts: Facts) {
        keyID = facts.keyID
        key = facts.key
        summary = facts.summary.joined(separator: " ")
        timeline = facts.timeline
        next = facts.next
    }
}
