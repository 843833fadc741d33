internal import Foundation
internal import Judgement

/// Compares the stored conditions with those observed now: what has to be stored, and what operators have to be told.
/// A pure function.
struct ConditionUpdate: Sendable, Equatable {
    /// Conditions to store: those that are new or changed.
    private(set) var rows: [Condition] = []
    /// What operators are to be told: beginnings, then reminders, then ends.
    private(set) var news: [ConditionNews] = []

    /// - Parameters:
    ///   - stored: all conditions that stand, and those whose end was not told.
    ///   - tells: whether operators can be told now; otherwise a later run tells them.
    init(stored: [Condition], observed: [ObservedCondition], at now: Date, tells: Bool) {
        let after =
            Self.standing(of: stored, given: observed, at: now) + Self.ended(of: stored, given: observed, at: now)
        for var condition in after {
            let stage = ConditionStage(of: condition, at: now)
            if tells, let stage {
                if condition.isStanding { condition.toldAt = now } else { condition.endToldAt = now }
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
                stored.first { $0.isStanding && $0.matches(seen) }
                ?? Condition(kind: seen.kind, subject: seen.subject, since: seen.since ?? now, facts: seen.facts)
            condition.facts = seen.facts
            condition.absentSince = nil
            return condition
        }
    }

    private static func ended(
        of stored: [Condition], given observed: [ObservedCondition], at now: Date
    ) -> [Condition] {
        stored.filter { condition in !condition.isStanding || !observed.contains { condition.matches($0) } }.map {
            var condition = $0
            if condition.isStanding { condition.recordAbsence(at: now) }
            return condition
        }
    }
}

/// One condition in a mail to operators, with the stage that the mail tells.
struct ConditionNews: Sendable, Equatable {
    let stage: ConditionStage
    let condition: Condition
}

extension ConditionStage {
    /// In seconds, between two reminders: an hour less than a day, because schedules start runs hourly (ruling 12).
    private static let reminder = Timing.day - Timing.early(Timing.day)

    /// The stage to tell now; nil: nothing is to be told. An end is told even if the beginning was not.
    init?(of condition: Condition, at now: Date) {
        switch (condition.isStanding, condition.toldAt, condition.endToldAt) {
        case (false, _, nil): self = .ends
        case (true, _, _) where condition.absentSince != nil: return nil
        case (true, nil, _): self = .begins
        case (true, let told?, _) where now.timeIntervalSince(told) >= Self.reminder: self = .lasts
        default: return nil
        }
    }
}

extension Condition {
    fileprivate func matches(_ seen: ObservedCondition) -> Bool { kind == seen.kind && subject == seen.subject }

    /// Records that the condition is not observed. After `kind.mayBeAbsent` it ends, as of the time since which it is
    /// absent.
    fileprivate mutating func recordAbsence(at now: Date) {
        let since = absentSince ?? now
        absentSince = since
        if now.timeIntervalSince(since) >= kind.mayBeAbsent { endedAt = since }
    }
}
