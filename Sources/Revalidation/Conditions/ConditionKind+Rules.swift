internal import Foundation
internal import Judgement

extension ConditionKind {
    /// Whether operators should act at once: `status` then ends with 3. The other kinds can wait for office hours, or
    /// `status` reports them by other rules.
    package var needsAttention: Bool {
        switch self {
        case .breaker, .canary, .control: true
        case .uncheckable, .keyTypeRetired, .neverDead, .notices, .overdue: false
        }
    }

    /// In seconds. A condition that is observed again within this time is the same one, so that operators are told
    /// only once of a condition that flaps from run to run (ruling 20). A breaker closes only after hours and ends at
    /// once.
    var mayBeAbsent: TimeInterval {
        switch self {
        case .control, .overdue: Timing.day - Timing.early(Timing.day)
        case .breaker, .canary, .uncheckable, .keyTypeRetired, .neverDead, .notices: 0
        }
    }

    /// Whether observing it needs a query over the keys.
    var needsKeyQuery: Bool {
        switch self {
        case .uncheckable, .keyTypeRetired, .neverDead: true
        case .breaker, .canary, .control, .notices, .overdue: false
        }
    }
}
