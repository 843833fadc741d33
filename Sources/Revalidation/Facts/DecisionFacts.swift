package import Foundation
package import Judgement
package import KeyVigil

/// The facts of ``AuditEvent/keyDisabled`` where the job disabled the key; an operator's disabling has none.
package struct KeyDisabled: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.keyDisabled

    /// What the guard decided by.
    package let grounds: Grounds
}

/// The facts of ``AuditEvent/keyHeld``.
package struct KeyHeld: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.keyHeld

    /// Why the key was held.
    package let reason: DisablingGuard.Reason
    /// When the scope's breaker last closed; nil where it never did.
    package let closedAt: Date?
    /// The first refusal that can disable the key in spite of the reason; nil where refusals alone do not suffice.
    package let next: NextRefusal?
    /// What the guard decided by.
    package let grounds: Grounds
}
