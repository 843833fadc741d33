package import Foundation
internal import Judgement

/// A state that operators are mailed about when it begins, once a day while it lasts, and when it ends (ruling 20).
package struct Condition: Sendable, Equatable {
    /// The facts of a condition that may change from run to run. They stand in the store as JSON.
    package struct Details: Sendable, Equatable, Codable {
        /// The number of keys or mails; for a breaker, the number of suspicions that it holds.
        package var count: Int
        /// For ``ConditionKind/breaker``: why it opened.
        package var breaker: BreakerCause?
        /// For ``ConditionKind/canary`` and ``ConditionKind/control``: the answer that failed.
        package var answer: ControlAnswer?
        /// For ``ConditionKind/breaker``: no key of the provider is known to be alive, so only an operator can decide
        /// whether its refusals are true (ruling 4).
        package var isWithoutLivingKey: Bool?
        /// For ``ConditionKind/uncheckable``: the keys by provider, finding and owner.
        package var groups: [UncheckableKeys]?
        /// For ``ConditionKind/uncheckable``: the ids of the first 20 keys.
        package var keyIDs: [String]?

        /// - Parameter count: the number of keys, mails or suspicions.
        package init(
            count: Int, breaker: BreakerCause? = nil, answer: ControlAnswer? = nil, isWithoutLivingKey: Bool? = nil,
            groups: [UncheckableKeys]? = nil, keyIDs: [String]? = nil
        ) {
            self.count = count
            self.breaker = breaker
            self.answer = answer
            self.isWithoutLivingKey = isWithoutLivingKey
            self.groups = groups
            self.keyIDs = keyIDs
        }
    }

    /// The kind of condition; it says what `subject` is.
    package let kind: ConditionKind
    /// `provider/key type`, or the provider's id; empty for kinds that are not about a provider.
    package let subject: String
    /// The time at which it began; where the store does not know it, the time at which it was first observed.
    package let since: Date
    /// The facts as the last run found them.
    package var facts: Details
    /// The time at which operators were last told that it begins or lasts.
    package var toldAt: Date?
    /// The time since which it is not observed although it has not ended. A kind that may flap ends only after a day
    /// without it (ruling 20).
    package var absentSince: Date?
    /// The time at which it ended; nil while it stands.
    package var endedAt: Date?
    /// The time at which operators were told that it ended.
    package var endToldAt: Date?

    /// A condition that begins; operators are not told of it yet.
    package init(kind: ConditionKind, subject: String = "", since: Date, facts: Details) {
        self.kind = kind
        self.subject = subject
        self.since = since
        self.facts = facts
    }

    /// Whether it has not ended.
    package var isStanding: Bool { endedAt == nil }

    /// The id of the provider in the subject; nil where the subject is empty.
    package var provider: String? { subject.split(separator: "/").first.map(String.init) }

    /// The key type in the subject, with the host where the scope has one; nil where it names none.
    package var keyType: String? {
        subject.firstIndex(of: "/").map { String(subject[subject.index(after: $0)...]) }
    }
}
