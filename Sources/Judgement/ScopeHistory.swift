package import Foundation
package import Vocabulary

/// What happened to the breaker of a key's scope, as far as a ``HealthTransition`` depends on it.
package struct ScopeHistory: Sendable, Equatable {
    /// When the scope's breaker last closed.
    package var closedAt: Date?
    /// The operator's releases that may still cover a suspicion.
    package var releases: [BreakerRelease]

    /// A history; by default no breaker has closed and no release was given.
    package init(closedAt: Date? = nil, releases: [BreakerRelease] = []) {
        self.closedAt = closedAt
        self.releases = releases
    }

    /// Whether an operator's release covers the suspicion.
    package func releases(
        _ suspicion: Suspicion, of scope: GuardScope, strength: Strength, now: Date
    ) -> Bool {
        releases.contains { $0.covers(suspicion, of: scope, strength: strength, now: now) }
    }

    /// Whether confirming the suspicion takes more than its rule says: it stood while a breaker was open, and no
    /// release covers it.
    package func needsMoreConfirmation(
        _ suspicion: Suspicion, of scope: GuardScope, strength: Strength, now: Date
    ) -> Bool {
        suspicion.stoodThroughOpenBreaker && !releases(suspicion, of: scope, strength: strength, now: now)
    }

    /// The suspicion as it counts now: when a breaker closes, every suspicion that stands starts again (ruling 1).
    package func counted(
        _ suspicion: Suspicion, of scope: GuardScope, strength: Strength, now: Date
    ) -> Suspicion {
        guard let closedAt, suspicion.countedFrom < closedAt,
            !releases(suspicion, of: scope, strength: strength, now: now)
        else { return suspicion }
        var restarted = suspicion
        restarted.restart(countingFrom: closedAt)
        return restarted
    }
}
