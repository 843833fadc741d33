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
    /// The provider's name for people.
    package let providerName: String
    /// Its state and the reason.
    package let situation: KeySituation
    /// What happened, oldest first; consecutive equal checks without a refusal are one entry.
    package let timeline: [Entry]
    /// What happens next and what it depends on; empty for a key that is gone.
    package let steps: [NextStep]

    /// Its state and the reason, in a few sentences.
    package var summary: Sentence { situation.sentence(provider: providerName) }
    /// What happens next and what it depends on, a sentence each.
    package var next: [Sentence] { steps.map { $0.sentence(provider: providerName) } }

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

    /// Explains these facts. Pure: the result depends on nothing else.
    init(_ facts: Facts) {
        keyID = facts.keyID
        key = facts.key
        providerName = facts.providerName
        situation = facts.situation
        timeline = facts.timeline
        steps = facts.steps
    }
}

extension Explanation.Entry {
    /// What happened, in a word or two.
    package var what: Sentence {
        switch content {
        case .audit(let line): line.what(count: count)
        case .mail(let mail): mail.what
        }
    }

    /// The grounds: the provider's answer with its codes, this program's reasons, or the relay's reply.
    package var because: Sentence {
        switch content {
        case .audit(let line): line.because(isFolded: count > 1)
        case .mail(let mail): mail.because
        }
    }
}
