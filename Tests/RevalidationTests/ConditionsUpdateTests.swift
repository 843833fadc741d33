import Foundation
import JudgementSupport
import Testing

@testable import Revalidation

/// When a condition begins, lasts and ends, as a function of time and observations.
struct ConditionsUpdateTests {
    private static let start = Judging.start

    private func breaker(_ count: Int = 1) -> ObservedCondition {
        ObservedCondition(kind: .breaker, subject: "openai/standard", facts: .init(count: count))
    }

    /// Applies observed conditions hour by hour; returns the news, each with its hour, and the stored rows.
    private func story(
        _ hours: [(hour: Double, observed: [ObservedCondition], tells: Bool)]
    ) -> (told: [String], stored: [Condition]) {
        var told = [String]()
        var stored = [Condition]()
        for (hour, observed, tells) in hours {
            let open = stored.filter { $0.isStanding || $0.endToldAt == nil }
            let update = ConditionUpdate(
                stored: open, observed: observed, at: Self.start + hour * 3600, tells: tells)
            told += update.news.map { "\(Int(hour)) \($0.condition.kind) \($0.stage)" }
            for row in update.rows {
                stored.removeAll { ($0.kind, $0.subject, $0.since) == (row.kind, row.subject, row.since) }
                stored.append(row)
            }
        }
        return (told, stored)
    }

    @Test("A condition is reported when it begins, daily while it lasts, and when it ends")
    func wholeLife() {
        let hours = (0..<50).map { (Double($0), [breaker()], true) } + [(50, [], true), (51, [], true)]
        let (told, stored) = story(hours)
        #expect(told == ["0 breaker begins", "23 breaker lasts", "46 breaker lasts", "50 breaker ends"])
        #expect(stored.count == 1)
        #expect(stored.first?.since == Self.start)
        #expect(stored.first?.endedAt == Self.start + 50 * 3600)
    }

    @Test("A run that starts daily, or up to an hour early, reminds every day", arguments: [23.0, 23.5, 24])
    func daily(step: Double) {
        let told = story((0..<4).map { (Double($0) * step, [breaker()], true) }).told
        #expect(told.count == 4 && told.dropFirst().allSatisfy { $0.hasSuffix("lasts") })
    }

    @Test(
        "Without a recipient rows are kept: later the beginning is reported if the condition lasts, else the end alone")
    func untold() {
        let later = story([(0, [breaker()], false), (5, [breaker()], true)])
        #expect(later.told == ["5 breaker begins"] && later.stored[0].since == Self.start)
        let over = story([(0, [breaker()], false), (5, [], false), (9, [], true), (10, [], true)])
        #expect(over.told == ["9 breaker ends"])
        #expect(over.stored[0].endedAt == Self.start + 5 * 3600)
    }

    @Test("A condition that comes back is a new condition")
    func again() {
        let (told, stored) = story([(0, [breaker()], true), (1, [], true), (2, [breaker()], true)])
        #expect(told == ["0 breaker begins", "1 breaker ends", "2 breaker begins"])
        #expect(stored.count == 2)
    }

    @Test("A condition that flaps from run to run is reported once, and ends a day after it was last observed")
    func flaps() {
        for kind in [ConditionKind.control, .overdue] {
            let condition = ObservedCondition(kind: kind, facts: .init(count: 1))
            let flapping = (0..<20).map { (Double($0), $0.isMultiple(of: 2) ? [condition] : [], true) }
            let quiet = (20..<60).map { (Double($0), [ObservedCondition](), true) }
            let (told, stored) = story(flapping + quiet)
            #expect(told == ["0 \(kind) begins", "42 \(kind) ends"])
            #expect(stored.map(\.endedAt) == [Self.start + 19 * 3600])
        }
    }

    @Test("An absent condition is not reported as lasting, and one that returns within a day has not ended")
    func away() {
        let condition = ObservedCondition(kind: .control, facts: .init(count: 1))
        let (told, stored) = story(
            [(0, [condition], true)] + (12..<30).map { (Double($0), [], true) } + [(30, [condition], true)])
        #expect(told == ["0 control begins", "30 control lasts"])
        #expect(stored.count == 1)
        #expect(stored.first?.isStanding == true)
        #expect(stored.first?.absentSince == nil)
        #expect(story([(0, [condition], false), (1, [], true)]).told.isEmpty)
    }

    @Test("One update reports all due news, beginnings first; another scope or kind is another condition")
    func gathered() {
        let mails = ObservedCondition(kind: .notices, facts: .init(count: 3))
        let other = ObservedCondition(kind: .breaker, subject: "groq/standard", facts: .init(count: 1))
        let (told, _) = story([(0, [breaker(), mails], true), (23, [breaker(), other], true)])
        #expect(
            told == [
                "0 breaker begins", "0 notices begins", "23 breaker begins", "23 breaker lasts", "23 notices ends",
            ])
    }

    @Test("Figures are kept up to date, and an unchanged condition is not written")
    func figures() {
        let (_, stored) = story([(0, [breaker(1)], true), (1, [breaker(7)], true)])
        #expect(stored.map(\.facts.count) == [7])
        let update = ConditionUpdate(
            stored: stored, observed: [breaker(7)], at: Self.start + 7200, tells: true)
        #expect(update.rows.isEmpty && update.news.isEmpty)
    }

    @Test("A condition begins at the time that the store knows, else when it was first observed")
    func since() {
        let since = Self.start - 7200
        let known = ObservedCondition(kind: .breaker, subject: "a/b", since: since, facts: .init(count: 1))
        let update = ConditionUpdate(stored: [], observed: [known, breaker()], at: Self.start, tells: false)
        #expect(update.rows.map(\.since) == [since, Self.start] && update.news.isEmpty)
        #expect(update.rows.allSatisfy { $0.toldAt == nil })
    }

    @Test("The subject of a breaker gives its provider and key type")
    func subject() {
        let condition = Condition(kind: .breaker, subject: "google/auth", since: Self.start, facts: .init(count: 1))
        #expect(condition.provider == "google" && condition.keyType == "auth")
        #expect(Condition(kind: .overdue, since: Self.start, facts: .init(count: 1)).provider == nil)
    }
}
