package import Foundation

/// How a scope's breaker changes at one time. Pure, so that a dry run decides as a real run does.
package struct BreakerUpdate: Sendable {
    /// The episode that was open, checked at this time; with `closedAt` where the breaker has closed.
    package private(set) var checked: BreakerEpisode?
    /// The episode that begins now; nil where the breaker does not open.
    package private(set) var opened: BreakerEpisode?
    /// What the scope's sums say.
    package let sums: Breaker.Assessment

    /// The change at `now`.
    ///
    /// - Parameters:
    ///   - open: the episode that is open.
    ///   - failure: which keys were refused as evidence; then the breaker is open whatever the sums say.
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
        opened = BreakerEpisode(
            scope: scope, reason: reason, at: now, assessment: sums, isByCanary: failure == .canary)
    }

    /// The episode that is open afterwards; nil where the breaker is closed.
    package var breaker: BreakerEpisode? { opened ?? (checked?.closedAt == nil ? checked : nil) }
}
