package import Foundation
package import Vocabulary

/// The facts of ``AuditEvent/keyProbed``. A routine check has none, and its row's details are NULL.
package struct KeyProbed: AuditFacts {
    /// Why a key was probed out of turn.
    package enum Cause: String, Sendable, Codable {
        /// Its answer is evidence about another key (ruling 5).
        case early
    }

    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.keyProbed

    /// Why no answer came, or why it is not believed; nil where neither is the case.
    package var note: ProbeNote?
    /// Why the key was probed out of turn; nil where it was due.
    package var cause: Cause?
    /// The end of the key's life that the answer told, where the store did not have it.
    package var expiresAt: Date?

    /// The facts of a check; nil where there are none.
    package init?(note: ProbeNote?, cause: Cause? = nil, expiresAt: Date? = nil) {
        guard note != nil || cause != nil || expiresAt != nil else { return nil }
        self.note = note
        self.cause = cause
        self.expiresAt = expiresAt
    }
}

/// The facts of ``AuditEvent/keyEnabled`` where an undo enabled the key; an operator's enabling has none.
package struct KeyEnabled: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.keyEnabled

    /// The id of the run whose disabling was undone.
    package let undoneRun: String

    /// The facts of an undo of this run.
    package init(undoneRun: String) { self.undoneRun = undoneRun }
}

/// The facts of ``AuditEvent/probeDiscarded``.
package struct ProbeDiscarded: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.probeDiscarded

    /// The key's version that was probed, and that was replaced or changed meanwhile.
    package let version: Int

    /// The facts of a probe of this version.
    package init(version: Int) { self.version = version }
}

/// The facts of ``AuditEvent/keySuspected``.
package struct KeySuspected: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.keySuspected

    /// When the key is probed again; nil: not at all.
    package let nextProbeAt: Date?

    /// The facts of a suspicion whose key is probed again at this time.
    package init(nextProbeAt: Date?) { self.nextProbeAt = nextProbeAt }
}
