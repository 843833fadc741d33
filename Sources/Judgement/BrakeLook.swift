package import Foundation

/// What becomes of a scope's brake when somebody looks. Pure, so that a dry run decides as a real one does.
package struct BrakeLook: Sendable {
    /// The brake that was on, as it stands now; with `offAt` where it has let go.
    package private(set) var checked: BrakeEpisode?
    /// One that goes on now.
    package private(set) var begun: BrakeEpisode?
    /// What the sums say.
    package let sums: Brake.Assessment

    /// - Parameters:
    ///   - standing: the brake that is on.
    ///   - failure: evidence that speaks against the provider; then it is on whatever the sums say.
    package init(
        at scope: GuardScope, _ standing: BrakeEpisode?, _ hours: [HourCount], canaryIsAlive: Bool,
        failure: Evidence.Failure? = nil, _ settings: Brake.Settings, now: Date
    ) {
        sums = Brake.assess(hours, at: now, canaryIsAlive: canaryIsAlive, settings)
        if var standing {
            if failure == nil {
                standing.offAt = standing.letGo(hours, now: now, canaryIsAlive: canaryIsAlive, settings)
            } else {
                standing.holdUntil = now + Timing.day
            }
            standing.checkedAt = now
            checked = standing
            if standing.offAt == nil { return }
        }
        guard let reason = failure == nil ? sums.reason : .evidence else { return }
        begun = BrakeEpisode(
            scope: scope, reason: reason, at: now, assessment: sums, isByCanary: failure == .canary)
    }

    /// The brake that is on after the look.
    package var brake: BrakeEpisode? { begun ?? (checked?.offAt == nil ? checked : nil) }
}
