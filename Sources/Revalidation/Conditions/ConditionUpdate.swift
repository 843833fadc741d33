internal import Foundation
internal import Judgement

/// What has to be written and told when the stored conditions meet what is so now. Pure.
struct ConditionUpdate: Sendable, Equatable {
    /// Conditions that are new or changed.
    private(set) var rows: [Condition] = []
    /// What operators are to be told, what begins first.
    private(set) var news: [ConditionNews] = []

    /// - Parameters:
    ///   - stored: all that stand, and those whose end was not told.
    ///   - tells: whether somebody can be told now; else all is kept for later.
    init(stored: [Condition], observed: [ObservedCondition], at now: Date, tells: Bool) {
        let after =
            Self.standing(of: stored, given: observed, at: now) + Self.over(of: stored, given: observed, at: now)
        for var condition in after {
            let stage = ConditionNews.Stage(of: condition, at: now)
            if tells, let stage {
                if condition.stands { condition.toldAt = now } else { condition.endToldAt = now }
                news.append(ConditionNews(stage: stage, condition: condition))
            }
            if !stored.contains(condition) { rows.append(condition) }
        }
        news.sort { $0.stage < $1.stage }
    }

    private static func standing(
        of stored: [Condition], given observed: [ObservedCondition], at now: Date
    ) -> [Condition] {
        observed.map { seen in
            var condition =
                stored.first { $0.stands && $0.isOf(seen) }
                ?? Condition(kind: seen.kind, subject: seen.subject, since: seen.since ?? now, facts: seen.facts)
            condition.facts = seen.facts
            condition.absentSince = nil
            return condition
        }
    }

    private static func over(
        of stored: [Condition], given observed: [ObservedCondition], at now: Date
    ) -> [Condition] {
        stored.filter { condition in !condition.stands || !observed.contains { condition.isOf($0) } }.map {
            var condition = $0
            if condition.stands { condition.miss(at: now) }
            return condition
        }
    }
}

/// One condition as a mail tells it.
struct ConditionNews: Sendable, Equatable {
    enum Stage: Int, Sendable, Comparable {
        case begins, lasts, ends

        static func < (one: Stage, other: Stage) -> Bool { one.rawValue < other.rawValue }
    }

    let stage: Stage
    let condition: Condition
}

extension ConditionNews.Stage {
    /// Between two reminders; a day counts as reached one hour early, for schedules start hourly.
    private static let reminder = Timing.day - Timing.early(Timing.day)

    /// What there is to tell of it now, if anything. An end is told even where the beginning never was.
    init?(of condition: Condition, at now: Date) {
        switch (condition.stands, condition.toldAt, condition.endToldAt) {
        case (false, _, nil): self = .ends
        case (true, _, _) where condition.absentSince != nil: return nil
        case (true, nil, _): self = .begins
        case (true, let told?, _) where now.timeIntervalSince(told) >= Self.reminder: self = .lasts
        default: return nil
        }
    }
}

extension Condition {
    fileprivate func isOf(_ seen: ObservedCondition) -> Bool { kind == seen.kind && subject == seen.subject }

    /// Notes that the condition is not observed. Once it has been absent for long enough, it is over since it went.
    fileprivate mutating func miss(at now: Date) {
        let since = absentSince ?? now
        absentSince = since
        if now.timeIntervalSince(since) >= kind.mayBeAbsent { endedAt = since }
    }
}
