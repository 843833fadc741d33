package import Foundation
package import KeyVigil

/// Explains one key: why it is in its state, what happened in order of time, and what comes next.
///
/// Holds the key's prefix and hint, and the addresses that were mailed: only operators may see it.
package struct Explanation: Sendable {
    /// Lower-case UUID.
    package let keyID: String
    /// The key as it stands; nil where it was deleted.
    package let key: StoredKey?
    /// Its state and the reason, in a few sentences.
    package let summary: String
    /// What happened, oldest first; consecutive equal checks without a refusal are one entry.
    package let timeline: [Entry]
    /// What happens next and what it depends on, a sentence each; empty for a key that is gone.
    package let next: [String]

    /// One entry of the timeline.
    package struct Entry: Sendable {
        /// The audit row or mail that it shows.
        package let content: Content
        /// When it happened; of folded entries, the first.
        package let at: Date
        /// When the last of the folded entries happened.
        package private(set) var until: Date
        /// How many equal entries it stands for.
        package private(set) var count = 1

        /// Where an entry comes from.
        package enum Content: Sendable {
            /// A row of the audit log: the first, where several are folded.
            case audit(AuditLine)
            /// A mail that told of the key.
            case mail(ToldMail)
        }

        init(_ line: AuditLine) {
            content = .audit(line)
            at = line.at
            until = line.at
        }

        init(_ mail: ToldMail) {
            content = .mail(mail)
            at = mail.at
            until = mail.at
        }

        mutating func fold(_ other: Entry) {
            until = other.until
            count += other.count
        }
    }

    /// A mail to one address that told of the key, perhaps among others.
    package struct ToldMail: Sendable {
        /// The recipient's address, printable.
        package let address: String
        /// Kinds of the notices about this key in it, such as `key_disabled`.
        package let kinds: String
        /// `pending`, `sending`, `sent`, `deferred`, `inDoubt`, `failed` or `suppressed`.
        package let state: String
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

    /// Explains these facts. Pure: the result depends on nothing else.
    init(_ facts: Facts) {
        keyID = facts.keyID
        key = facts.key
        summary = facts.summary.joined(separator: " ")
        timeline = facts.timeline
        next = facts.next
    }
}
