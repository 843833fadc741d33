package import Foundation

/// One period during which a scope's breaker is or was open.
package struct BreakerEpisode: Sendable, Equatable {
    /// Lower-case UUID.
    package let id: String
    /// The scope of the breaker.
    package let scope: GuardScope
    /// Why it opened.
    package let reason: Breaker.Reason
    /// When it opened.
    package let openedAt: Date
    /// When a run last found it open.
    package var checkedAt: Date
    /// The breaker does not close before this time; set where evidence failed.
    package var holdUntil: Date?
    /// When it closed; nil while it is open.
    package var closedAt: Date?
    /// What the sums said when it opened.
    package let assessment: Breaker.Assessment
    /// Whether the evidence that opened it was the operator's canary, which was refused, rather than tenants' keys.
    package let isByCanary: Bool

    /// An episode that begins at `now`; one that evidence opened lasts at least 24 hours (ruling 2).
    package init(
        id: String = UUID().uuidString.lowercased(), scope: GuardScope, reason: Breaker.Reason, at now: Date,
        assessment: Breaker.Assessment, isByCanary: Bool
    ) {
        self.id = id
        self.scope = scope
        self.reason = reason
        self.isByCanary = isByCanary
        openedAt = now
        checkedAt = now
        holdUntil = reason == .evidence ? now.addingTimeInterval(Timing.day) : nil
        self.assessment = assessment
    }

    /// An episode as the store has it.
    package init(
        id: String, scope: GuardScope, reason: Breaker.Reason, openedAt: Date, checkedAt: Date, holdUntil: Date?,
        closedAt: Date?, assessment: Breaker.Assessment, isByCanary: Bool
    ) {
        self.id = id
        self.scope = scope
        self.reason = reason
        self.openedAt = openedAt
        self.checkedAt = checkedAt
        self.holdUntil = holdUntil
        self.closedAt = closedAt
        self.assessment = assessment
        self.isByCanary = isByCanary
    }

    /// The first hour that the baseline leaves out because of this episode, in hours since 1970, UTC: the first of
    /// the 24 that opened the breaker.
    package var firstHour: Int { HourCount.hour(of: openedAt) - HourCount.window + 1 }

    /// When the breaker closed since ``checkedAt``, or nil where it is still open.
    ///
    /// Assesses each whole hour in between, so that the closing hour is right where the job starts once a week.
    package func closing(
        given hours: [HourCount], now: Date, canaryIsAlive: Bool, by settings: Breaker.Settings = Breaker.Settings()
    ) -> Date? {
        let wholeHours =
            (HourCount.hour(of: checkedAt) + 1...max(HourCount.hour(of: now), HourCount.hour(of: checkedAt) + 1))
            .map { Date(timeIntervalSince1970: Double($0) * 3600) }
        let past = wholeHours.filter { $0 < now }.first {
            isOver(given: hours, at: $0, canaryIsAlive: false, by: settings)
        }
        return past ?? (isOver(given: hours, at: now, canaryIsAlive: canaryIsAlive, by: settings) ? now : nil)
    }

    private func isOver(given hours: [HourCount], at date: Date, canaryIsAlive: Bool, by settings: Breaker.Settings)
        -> Bool
    {
        if let holdUntil, date < holdUntil { return false }
        return Breaker.assess(hours, at: date, canaryIsAlive: canaryIsAlive, by: settings).reason == nil
    }
}
