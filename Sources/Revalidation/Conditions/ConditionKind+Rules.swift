internal import Foundation
internal import Judgement

extension ConditionKind {
    /// Whether a person should look at once: `status` then ends with 3. The others are work for office hours, or have
    /// reasons of their own to be looked at.
    package var needsAttention: Bool {
        switch self {
        case .breaker, .canary, .control: true
        case .uncheckable, .keyTypeRetired, .neverDead, .notices, .overdue: false
        }
    }

    /// For so many seconds it may be gone and come back as the same condition, so that what flaps from run to run is
    /// told once (ruling 20). A breaker has hours of its own and ends at once.
    var mayBeAbsent: TimeInterval {
        switch self {
        case .control, .overdue: Timing.day - Timing.early(Timing.day)
        case .breaker, .canary, .uncheckable, .keyTypeRetired, .neverDead, .notices: 0
        }
    }

    /// Whether it takes a walk over the keys to know.
    var isReadFromKeys: Bool {
        switch self {
        case .uncheckable, .keyTypeRetired, .neverDead: true
        case .breaker, .canary, .control, .notices, .overdue: false
        }
    }
}
