package import Foundation
internal import Judgement

/// Something that operators are told of when it begins, once a day while it lasts, and when it ends (ruling 20).
package struct Condition: Sendable, Equatable {
    /// What of it changes from run to run.
    package struct Details: Sendable, Equatable, Codable {
        /// How many keys or mails; for a breaker, the suspicions that it keeps.
        package var count: Int
        /// Why, in our own words.
        package var reason: String?
        /// For a breaker: not one key of the provider is known to be alive, so only an operator can say what is true.
        package var isWithoutLivingKey: Bool?
        /// For ``ConditionKind/uncheckable``: the keys by provider, finding and who has to act.
        package var groups: [UncheckableKeys]?
        /// For ``ConditionKind/uncheckable``: the ids of some of them.
        package var keyIDs: [String]?

        /// Facts.
        package init(
            count: Int, reason: String? = nil, isWithoutLivingKey: Bool? = nil, groups: [UncheckableKeys]? = nil,
            keyIDs: [String]? = nil
        ) {
            self.count = count
            self.reason = reason
            self.isWithoutLivingKey = isWithoutLivingKey
            self.groups = groups
            self.keyIDs = keyIDs
        }
    }

    /// What it is about.
    package let kind: ConditionKind
    /// Which scope or provider; empty where there is only one.
    package let subject: String
    /// When it began, as far as we know.
    package let since: Date
    /// How it stands.
    package var facts: Details
    /// When operators were last told that it is so.
    package var toldAt: Date?
    /// Since when it was not seen although it stands; a kind that may flap is over only after a day of that.
    package var absentSince: Date?
    /// When it was found to be over; nil while it stands.
    package var endedAt: Date?
    /// When operators were told that it is over.
    package var endToldAt: Date?

    /// A condition that begins.
    package init(kind: ConditionKind, subject: String = "", since: Date, facts: Details) {
        self.kind = kind
        self.subject = subject
        self.since = since
        self.facts = facts
    }

    /// Whether it is still so.
    package var stands: Bool { endedAt == nil }

    /// The provider that it is about, where it is about one.
    package var provider: String? { subject.split(separator: "/").first.map(String.init) }

    /// The key type that it is about, where it is about one.
    package var keyType: String? {
        subject.firstIndex(of: "/").map { String(subject[subject.index(after: $0)...]) }
    }
}
