package import Foundation
package import Judgement
package import KeyVigil

/// Why a breaker opened, with the figures at that time.
package struct BreakerCause: Sendable, Equatable, Codable {
    /// Why it opened.
    package let reason: Breaker.Reason
    /// Newly dead keys in 24 hours.
    package let dead: Int
    /// Keys that answered in 24 hours.
    package let answered: Int
    /// More newly dead keys than this open the breaker.
    package let most: Int
    /// Whether the evidence that opened it was the operator's canary.
    package let isByCanary: Bool

    /// A cause with these figures.
    package init(reason: Breaker.Reason, dead: Int, answered: Int, most: Int, isByCanary: Bool) {
        self.reason = reason
        self.dead = dead
        self.answered = answered
        self.most = most
        self.isByCanary = isByCanary
    }

    /// Why the breaker of this episode opened.
    package init(_ episode: BreakerEpisode) {
        self.init(
            reason: episode.reason, dead: episode.assessment.dead, answered: episode.assessment.answered,
            most: episode.assessment.most, isByCanary: episode.isByCanary)
    }
}

/// The facts of ``AuditEvent/breakerOpened``.
package struct BreakerOpened: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.breakerOpened

    /// The type of the keys in the breaker's scope.
    package let keyType: String
    /// The host of the scope; nil: all hosts.
    package let host: String?
    /// Why it opened.
    package let cause: BreakerCause

    /// The facts of the beginning of this episode.
    package init(_ episode: BreakerEpisode) {
        keyType = episode.scope.keyType
        host = episode.scope.hostName
        cause = BreakerCause(episode)
    }
}

/// The facts of ``AuditEvent/breakerClosed``.
package struct BreakerClosed: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.breakerClosed

    /// The type of the keys in the breaker's scope.
    package let keyType: String
    /// The host of the scope; nil: all hosts.
    package let host: String?
    /// When it closed, which may be before a run found it closed.
    package let closedAt: Date

    /// The facts of a breaker of this scope that closed.
    package init(_ scope: GuardScope, closedAt: Date) {
        keyType = scope.keyType
        host = scope.hostName
        self.closedAt = closedAt
    }
}

/// The facts of ``AuditEvent/breakerReleased``.
package struct BreakerReleased: AuditFacts {
    /// The event of the rows that hold these facts.
    package static let event = AuditEvent.breakerReleased

    /// The type of key that the release covers; nil: all.
    package let keyType: String?
    /// How many standing suspicions it covers.
    package let suspicions: Int
    /// The operator's reason, in the operator's words.
    package let reason: String

    /// The facts of this release.
    package init(_ release: BreakerRelease, suspicions: Int) {
        keyType = release.keyType
        self.suspicions = suspicions
        reason = release.reason
    }
}

extension GuardScope {
    /// The host; nil: all hosts.
    package var hostName: String? { host.isEmpty ? nil : host }
}
