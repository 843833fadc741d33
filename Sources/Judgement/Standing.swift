package import Foundation
package import Vocabulary

/// How the guard of a key's scope stands, as far as a single answer's ruling needs it.
package struct Standing: Sendable, Equatable {
    /// When the scope's brake last let go.
    package var letGoAt: Date?
    /// The operator's releases that may still cover a suspicion.
    package var releases: [BrakeRelease]

    /// Nothing out of the ordinary, unless said.
    package init(letGoAt: Date? = nil, releases: [BrakeRelease] = []) {
        self.letGoAt = letGoAt
        self.releases = releases
    }

    /// Whether an operator's release covers the suspicion.
    package func releases(
        _ suspicion: KeyHealth.Suspicion, of scope: GuardScope, strength: Strength, now: Date
    ) -> Bool {
        releases.contains { $0.covers(suspicion, of: scope, strength: strength, now: now) }
    }

    /// Whether it takes more to confirm the suspicion than its rule says: it stood while a brake was on, and no operator
    /// has called it true.
    package func doubts(
        _ suspicion: KeyHealth.Suspicion, of scope: GuardScope, strength: Strength, now: Date
    ) -> Bool {
        suspicion.stoodThroughBrake && !releases(suspicion, of: scope, strength: strength, now: now)
    }

    /// The suspicion as it counts now: when a brake lets go, every standing one starts again (ruling 1).
    package func counted(
        _ suspicion: KeyHealth.Suspicion, of scope: GuardScope, strength: Strength, now: Date
    ) -> KeyHealth.Suspicion {
        guard let letGoAt, suspicion.countedFrom < letGoAt,
            !releases(suspicion, of: scope, strength: strength, now: now)
        else { return suspicion }
        var restarted = suspicion
        restarted.countedFrom = letGoAt
        restarted.deadCount = 1
        return restarted
    }
}
