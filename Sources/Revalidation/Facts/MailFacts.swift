package import KeyVigil

/// The facts of ``AuditEvent/noticeDropped``.
package struct NoticeDropped: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.noticeDropped

    /// The kind of the notice, which no longer held.
    package let kind: NoticeKind
}

/// The facts of ``AuditEvent/mailComposed``.
package struct MailComposed: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.mailComposed

    /// The mail's id.
    package let mail: String
    /// The kinds of the notices that it tells a tenant, sorted; empty for a mail to operators.
    package let notices: [NoticeKind]
    /// The conditions that it tells operators; empty for a mail to a tenant.
    package let conditions: [Told]

    /// One condition in a mail to operators.
    package struct Told: Sendable, Equatable, Codable {
        /// The kind of condition.
        package let kind: ConditionKind
        /// Whether it begins, lasts or ends.
        package let stage: ConditionStage
    }

    /// The facts of a mail to a tenant.
    package init(mail: String, notices: [NoticeKind]) {
        self.mail = mail
        self.notices = notices
        conditions = []
    }

    /// The facts of a mail to an operator.
    package init(mail: String, conditions: [Told]) {
        self.mail = mail
        notices = []
        self.conditions = conditions
    }
}

/// The stages of a condition that operators are told of.
package enum ConditionStage: String, Sendable, Codable, CaseIterable, Comparable {
    /// It began.
    case begins
    /// It lasts; told once a day.
    case lasts
    /// It ended.
    case ends

    /// Orders beginnings before reminders and reminders before ends, as mails show them.
    package static func < (one: ConditionStage, other: ConditionStage) -> Bool { one.place < other.place }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// The facts of ``AuditEvent/mailWithdrawn``.
package struct MailWithdrawn: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.mailWithdrawn

    /// The mail's id.
    package let mail: String
}

/// The facts of ``AuditEvent/mailSent``.
package struct MailSent: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.mailSent

    /// The mail's id.
    package let mail: String
}

/// The facts of ``AuditEvent/mailDeferred``.
package struct MailDeferred: AuditFacts {
    /// Why the mail waits.
    package enum Reason: String, Sendable, Codable {
        /// The relay asked to try again later.
        case answered
        /// The relay was not available.
        case relayUnavailable
        /// Its sender stopped, and the transport may deliver it again without harm.
        case senderStopped
    }

    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.mailDeferred

    /// The mail's id.
    package let mail: String
    /// Why it waits.
    package let reason: Reason
}

/// The facts of ``AuditEvent/mailInDoubt``.
package struct MailInDoubt: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.mailInDoubt

    /// The mail's id.
    package let mail: String
}

/// The facts of ``AuditEvent/mailFailed``.
package struct MailFailed: AuditFacts {
    /// Why no further attempt is made.
    package enum Reason: String, Sendable, Codable {
        /// The relay refused it for good.
        case refused
        /// The relay put it off for five days.
        case deferredTooLong
        /// The relay's final answer was lost twice.
        case inDoubtTwice
    }

    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.mailFailed

    /// The mail's id.
    package let mail: String
    /// Why no further attempt is made.
    package let reason: Reason
}
