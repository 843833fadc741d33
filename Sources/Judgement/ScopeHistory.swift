package import Foundation
package import Vocabulary

/// How the guard of a key's scope stands, as far as a single answer's ruling needs it.
package struct ScopeHistory: Sendable, Equatable {
    /// When the scope's breaker last closed.
    package var closedAt: Date?
    /// The operator's releases that may still cover a suspicion.
    package var releases: [BreakerRelease]

    /// Nothing out of the ordinary, unless said.
    package init(closedAt: Date? = nil, releases: [BreakerRelease] = []) {
        self.closedAt = closedAt
        self.releases = releases
    }

    /// Whether an operator's release covers the suspicion.
    package func releases(
        _ suspicion: KeyHealth.Suspicion, of scope: GuardScope, strength: Strength, now: Date
    ) -> Bool {
        releases.contains { $0.covers(suspicion, of: scope, strength: strength, now: now) }
    }

    /// Whether it takes more to confirm the suspicion than its rule says: it stood while a breaker was open, and no operator
    /// has called it true.
    package func doubts(
        _ suspicion: KeyHealth.Suspicion, of scope: GuardScope, strength: Strength, now: Date
    ) -> Bool {
        suspicion.stoodThroughOpenBreaker && !releases(suspicion, of: scope, strength: strength, now: now)
    }

    /// The suspicion as it counts now: when a breaker closes, every standing one starts again (ruling 1).
    package func counted(
        _ suspicion: KeyHealth.Suspicion, of scope: GuardScope, strength: Strength, now: Date
    ) -> KeyHealth.Suspicion {
        guard let closedAt, suspicion.countedFrom < closedAt,
            !releases(suspicion, of: scope, strength: strength, now: now)
        else { return suspicion }
        var restarted = suspicion
        restarted.countedFrom = closedAt
        restarted.deadCount = 1
        return restarted
    }
}
