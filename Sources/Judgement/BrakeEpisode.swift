package import Foundation

/// One time that a scope's brake was on.
package struct BrakeEpisode: Sendable, Equatable {
    /// Lower-case UUID.
    package let id: String
    /// Whose brake.
    package let scope: GuardScope
    /// Why it went on.
    package let reason: Brake.Reason
    /// When it went on.
    package let onAt: Date
    /// When somebody last found it on.
    package var checkedAt: Date
    /// Not before this does it let go, where evidence set it.
    package var holdUntil: Date?
    /// When it let go; nil while it is on.
    package var offAt: Date?
    /// The sums when it went on.
    package let assessment: Brake.Assessment
    /// Whether evidence set it by the operator's canary, which was refused, rather than by tenants' keys.
    package let isByCanary: Bool

    /// One that begins now.
    package init(
        id: String = UUID().uuidString.lowercased(), scope: GuardScope, reason: Brake.Reason, at now: Date,
        assessment: Brake.Assessment, isByCanary: Bool
    ) {
        self.id = id
        self.scope = scope
        self.reason = reason
        self.isByCanary = isByCanary
        onAt = now
        checkedAt = now
        holdUntil = reason == .evidence ? now.addingTimeInterval(Timing.day) : nil
        self.assessment = assessment
    }

    package init(
        id: String, scope: GuardScope, reason: Brake.Reason, onAt: Date, checkedAt: Date, holdUntil: Date?,
        offAt: Date?, assessment: Brake.Assessment, isByCanary: Bool
    ) {
        self.id = id
        self.scope = scope
        self.reason = reason
        self.onAt = onAt
        self.checkedAt = checkedAt
        self.holdUntil = holdUntil
        self.offAt = offAt
        self.assessment = assessment
        self.isByCanary = isByCanary
    }

    /// The first hour that it takes out of the baseline: all of the window that set it.
    package var firstHour: Int { HourCount.hour(of: onAt) - HourCount.window + 1 }

    /// When it let go since it was last looked at, or nil where it is still on.
    ///
    /// Looks at each whole hour between, so that a platform that starts its job once a week does not lose the week.
    package func letGo(
        _ hours: [HourCount], now: Date, canaryIsAlive: Bool, _ settings: Brake.Settings = Brake.Settings()
    ) -> Date? {
        let wholeHours =
            (HourCount.hour(of: checkedAt) + 1...max(HourCount.hour(of: now), HourCount.hour(of: checkedAt) + 1))
            .map { Date(timeIntervalSince1970: Double($0) * 3600) }
        let past = wholeHours.filter { $0 < now }.first { isOver(hours, at: $0, canaryIsAlive: false, settings) }
        return past ?? (isOver(hours, at: now, canaryIsAlive: canaryIsAlive, settings) ? now : nil)
    }

    private func isOver(_ hours: [HourCount], at date: Date, canaryIsAlive: Bool, _ settings: Brake.Settings) -> Bool {
        if let holdUntil, date < holdUntil { return false }
        return Brake.assess(hours, at: date, canaryIsAlive: canaryIsAlive, settings).reason == nil
    }
}
