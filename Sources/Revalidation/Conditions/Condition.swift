public import Foundation

/// Something that operators are told of when it begins, once a day while it lasts, and when it ends (ruling 20).
public struct Condition: Sendable, Equatable {
    /// What it is about; the raw value stands in the store and in JSON.
    public enum Kind: String, Sendable, CaseIterable {
        /// A scope's brake is on; the subject is `provider/key type`.
        case brake
        /// The operator's own key was refused while tenants' keys work; the subject is the provider.
        case canary
        /// A made-up key was not refused; the subject is the provider.
        case control
        /// Keys that nobody could check for a week.
        case uncheckable
        /// Keys of a type that the provider no longer takes; the subject is the provider.
        case keyTypeRetired
        /// Keys refused by an answer that never switches one off; the subject is the provider.
        case neverDead
        /// Mails that failed.
        case notices
        /// Keys without a conclusive check for the promised period.
        case overdue
    }

    /// What of it changes from run to run.
    public struct Facts: Sendable, Equatable, Codable {
        /// How many keys or mails; for a brake, the suspicions that it keeps.
        public var count: Int
        /// Why, in our own words.
        public var reason: String?
        /// For a brake: not one key of the provider is known to be alive, so only an operator can say what is true.
        public var isWithoutLivingKey: Bool?
        /// For ``Kind/uncheckable``: the keys by provider, finding and who has to act.
        public var groups: [UncheckableKeys]?
        /// For ``Kind/uncheckable``: the ids of some of them.
        public var keyIDs: [String]?

        /// Facts.
        public init(
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
    public let kind: Kind
    /// Which scope or provider; empty where there is only one.
    public let subject: String
    /// When it began, as far as we know.
    public let since: Date
    /// How it stands.
    public var facts: Facts
    /// When operators were last told that it is so.
    public var toldAt: Date?
    /// Since when it was not seen although it stands; a kind that may flap is over only after a day of that.
    public var absentSince: Date?
    /// When it was found to be over; nil while it stands.
    public var endedAt: Date?
    /// When operators were told that it is over.
    public var endToldAt: Date?

    /// A condition that begins.
    public init(kind: Kind, subject: String = "", since: Date, facts: Facts) {
        self.kind = kind
        self.subject = subject
        self.since = since
        self.facts = facts
    }

    /// Whether it is still so.
    public var stands: Bool { endedAt == nil }

    /// The provider that it is about, where it is about one.
    public var provider: String? { subject.split(separator: "/").first.map(String.init) }

    /// The key type that it is about, where it is about one.
    public var keyType: String? {
        subject.firstIndex(of: "/").map { String(subject[subject.index(after: $0)...]) }
    }
}

extension Condition.Kind {
    /// Whether a person should look at once: `status` then ends with 3. The others are work for office hours, or have
    /// reasons of their own to be looked at.
    public var needsAttention: Bool {
        switch self {
        case .brake, .canary, .control: true
        case .uncheckable, .keyTypeRetired, .neverDead, .notices, .overdue: false
        }
    }

    /// For so many seconds it may be gone and come back as the same condition, so that what flaps from run to run is
    /// told once (ruling 20). A brake has hours of its own and ends at once.
    var mayBeAbsent: TimeInterval {
        switch self {
        case .control, .overdue: Timing.day - Timing.early(Timing.day)
        case .brake, .canary, .uncheckable, .keyTypeRetired, .neverDead, .notices: 0
        }
    }

    /// Whether it takes a walk over the keys to know.
    var isReadFromKeys: Bool {
        switch self {
        case .uncheckable, .keyTypeRetired, .neverDead: true
        case .brake, .canary, .control, .notices, .overdue: false
        }
    }
}
