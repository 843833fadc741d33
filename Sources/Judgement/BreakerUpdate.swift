package import Foundation

/// What becomes of a scope's breaker at one time. Pure, so that a dry run decides as a real one does.
package struct BreakerUpdate: Sendable {
    /// The breaker that was open, as it stands now; with `closedAt` where it has closed.
    package private(set) var checked: BreakerEpisode?
    /// A breaker that opens now.
    package private(set) var begun: BreakerEpisode?
    /// What the sums say.
    package let sums: Breaker.Assessment

    /// - Parameters:
    ///   - open: the breaker that is open.
    ///   - failure: evidence that speaks against the provider; then the breaker is open whatever the sums say.
    package init(
        at scope: GuardScope, _ open: BreakerEpisode?, _ hours: [HourCount], canaryIsAlive: Bool,
        failure: Evidence.Failure? = nil, _ settings: Breaker.Settings, now: Date
    ) {
        sums = Breaker.assess(hours, at: now, canaryIsAlive: canaryIsAlive, by: settings)
        if var open {
            if failure == nil {
                open.closedAt = open.closing(given: hours, now: now, canaryIsAlive: canaryIsAlive, by: settings)
            } else {
                open.holdUntil = now + Timing.day
            }
            open.checkedAt = now
            checked = open
            if open.closedAt == nil { return }
        }
        guard let reason = failure == nil ? sums.reason : .evidence else { return }
        begun = BreakerEpisode(
            scope: scope, reason: reason, at: now, assessment: sums, isByCanary: failure == .canary)
    }

    /// The breaker that is open afterwards.
    package var breaker: BreakerEpisode? { begun ?? (checked?.closedAt == nil ? checked : nil) }
}
