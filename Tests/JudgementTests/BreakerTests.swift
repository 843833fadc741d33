import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

struct BreakerTests {
    private static let now = HourCount.hour(of: Judging.start)

    /// Sums of one hour, `ago` hours before the tests' start.
    static func hour(_ ago: Int, alive: Int = 0, dead: Int = 0, new: Int = 0, isOpen: Bool = false) -> HourCount {
        var count = HourCount(hour: now - ago)
        count.alive = alive
        count.firstDead = dead
        count.neverAlive = new
        count.isBreakerOpen = isOpen
        return count
    }

    private func assess(_ hours: [HourCount], canary: Bool = false) -> Breaker.Assessment {
        Breaker.assess(hours, at: Judging.start, canaryIsAlive: canary)
    }

    /// Four sigma above 2 % of all answers, computed by hand.
    static let limits: [(answered: Int, most: Int)] = [
        (0, 3), (10, 3), (30, 3), (40, 4), (100, 7), (1000, 37), (1667, 56), (10_000, 256),
    ]

    @Test("The breaker opens above 2 % plus four standard deviations, and never at three", arguments: limits)
    func limit(answered: Int, most: Int) {
        for (dead, isOn) in [(most, false), (most + 1, true)] where dead <= answered {
            let found = assess([Self.hour(0, alive: answered - dead, dead: dead)])
            #expect(found.most == most)
            #expect(found.dead == dead)
            #expect(found.answered == answered)
            if dead < answered { #expect(found.reason == (isOn ? .tooManyDead : nil)) }
        }
    }

    @Test("The operator's own figures replace the defaults")
    func settings() {
        var settings = Breaker.Settings()
        settings.minimum = 10
        settings.sigma = 0
        let hours = [Self.hour(0, alive: 89, dead: 11)]
        #expect(Breaker.assess(hours, at: Judging.start, canaryIsAlive: false, by: settings).most == 10)
        #expect(Breaker.assess(hours, at: Judging.start, canaryIsAlive: false, by: settings).reason == .tooManyDead)
        settings.minimum = 11
        #expect(Breaker.assess(hours, at: Judging.start, canaryIsAlive: false, by: settings).reason == nil)
    }

    /// r = (deaths + 4) / (answers + 200), computed by hand.
    @Test("Four weeks with more than 2 % deaths raise the limit; fewer never lower it")
    func baseline() {
        let today = Self.hour(0, alive: 985, dead: 15)
        #expect(assess([today, Self.hour(100, alive: 900, dead: 100)]).most == 122)
        #expect(assess([today, Self.hour(100, alive: 1000)]).most == 37)
        #expect(assess([today, Self.hour(100, alive: 900, dead: 100), Self.hour(200, alive: 1000)]).most == 74)
    }

    @Test("A few answers in four weeks hardly change the usual rate")
    func fewAnswers() {
        let four = Self.hour(100, alive: 2, dead: 2)
        #expect(abs(Breaker.usualRate([four], at: Judging.start) - 6.0 / 204) < 1e-12)
        #expect(assess([Self.hour(0, alive: 700, dead: 300), four]).reason == .tooManyDead)
        let many = Self.hour(100, alive: 9900, dead: 1100)
        #expect(abs(Breaker.usualRate([many], at: Judging.start) - 1104.0 / 11_200) < 1e-12)
        #expect(Breaker.usualRate([], at: Judging.start) == 0.02)
    }

    static let desperate: [(alive: Int, dead: Int, new: Int, canary: Bool, isDesperate: Bool)] = [
        (0, 8, 0, false, true), (0, 1, 2, false, true), (0, 8, 0, true, false), (1, 8, 0, false, false),
        (0, 2, 0, false, false),
    ]

    @Test("Whether any key is alive is reported apart from the reason that opened the breaker", arguments: desperate)
    func withoutLivingKey(alive: Int, dead: Int, new: Int, canary: Bool, isDesperate: Bool) {
        let found = assess([Self.hour(3, alive: alive, dead: dead, new: new)], canary: canary)
        #expect(found.isWithoutLivingKey == isDesperate)
    }

    @Test("Hours with an open breaker do not count in the baseline, but in the window")
    func openBreaker() {
        let today = Self.hour(0, alive: 900, dead: 100, isOpen: true)
        #expect(assess([today, Self.hour(100, alive: 900, dead: 100, isOpen: true)]).most == 37)
        #expect(assess([today]).dead == 100 && assess([today]).answered == 1000)
    }

    static let edges: [(ago: Int, inWindow: Bool, inBaseline: Bool)] = [
        (-1, false, false), (0, true, false), (23, true, false), (24, false, true), (24 + 671, false, true),
        (24 + 672, false, false),
    ]

    @Test("The window is the last 24 hours, the baseline the four weeks before it, to the hour", arguments: edges)
    func window(ago: Int, inWindow: Bool, inBaseline: Bool) {
        let found = assess([Self.hour(ago, alive: 50, dead: 50)])
        #expect(found.answered == (inWindow ? 100 : 0))
        let today = Self.hour(5, alive: 100)
        let limit = assess([today, Self.hour(ago, alive: 50, dead: 50)]).most
        #expect(limit == (inBaseline ? 33 : inWindow ? 11 : 7))
    }

    static let nobody: [(alive: Int, dead: Int, new: Int, canary: Bool, reason: Breaker.Reason?)] = [
        (0, 2, 0, false, nil), (0, 3, 0, false, .noneAlive), (0, 0, 3, false, .noneAlive), (0, 0, 2, false, nil),
        (0, 1, 2, false, .noneAlive), (1, 3, 0, false, nil), (0, 3, 0, true, nil), (0, 4, 0, true, .tooManyDead),
        (0, 0, 50, true, nil), (1, 0, 50, false, nil),
    ]

    @Test("Three answers with none alive open the breaker, unless the canary is alive", arguments: nobody)
    func noneAlive(alive: Int, dead: Int, new: Int, canary: Bool, reason: Breaker.Reason?) {
        let found = assess([Self.hour(3, alive: alive, dead: dead, new: new)], canary: canary)
        #expect(found.reason == reason)
        #expect(found.dead == dead)
        #expect(found.answered == alive + dead)
    }

    @Test(
        "The cap is 2 % of the enabled keys, and at least three",
        arguments: [(0, 3), (150, 3), (199, 3), (200, 4), (10_000, 200)])
    func cap(enabled: Int, cap: Int) { #expect(Breaker.cap(enabledKeys: enabled) == cap) }

    // MARK: - Episodes

    private func episode(_ reason: Breaker.Reason = .tooManyDead, checkedHoursAgo hours: Double = 0) -> BreakerEpisode {
        let at = Judging.start - hours * 3600
        return BreakerEpisode(
            scope: Judging.scope, reason: reason, at: at,
            assessment: Breaker.Assessment(dead: 0, answered: 0, most: 0, isWithoutLivingKey: false), isByCanary: false)
    }

    private func closing(
        _ episode: BreakerEpisode, _ hours: [HourCount], canary: Bool = false, after: Double = 0
    ) -> Double? {
        let now = Judging.start + after * 3600
        return episode.closing(given: hours, now: now, canaryIsAlive: canary)
            .map { $0.timeIntervalSince(Judging.start) / 3600 }
    }

    @Test("The breaker stays open while the sums exceed the limit, and closes when they no longer do")
    func holds() {
        let tooMany = [Self.hour(0, alive: 10, dead: 9)]
        #expect(closing(episode(), tooMany) == nil)
        #expect(closing(episode(), tooMany, after: 0.5) == nil)
        #expect(closing(episode(), [Self.hour(0, alive: 10, dead: 1)], after: 0.5) == 0.5)
    }

    @Test("A late run closes the breaker as of the first whole hour at which the window was clear")
    func past() {
        let tooMany = [Self.hour(0, alive: 10, dead: 9)]
        #expect(closing(episode(), tooMany, after: 23.9) == nil)
        #expect(closing(episode(), tooMany, after: 24) == 24)
        #expect(closing(episode(), tooMany, after: 30.5) == 24)
        #expect(closing(episode(checkedHoursAgo: -30.25), tooMany, after: 168) == 31)
        let again = [
            Self.hour(0, alive: 10, dead: 9, isOpen: true),
            Self.hour(-20, alive: 10, dead: 9, isOpen: true),
        ]
        #expect(closing(episode(), again, after: 168) == 44)
    }

    @Test("A breaker opened by evidence stays open for a day whatever the sums are")
    func evidence() {
        let set = episode(.evidence)
        #expect(set.holdUntil == Judging.start + Timing.day && episode().holdUntil == nil)
        #expect(closing(set, [], after: 23.5) == nil)
        #expect(closing(set, [], after: 24) == 24 && closing(set, [], after: 30) == 24)
        #expect(closing(set, [Self.hour(-20, alive: 10, dead: 9)], after: 30) == nil)
    }

    @Test("An alive canary closes a breaker that found no alive key, from now on and not for the past")
    func canary() {
        let refused = [Self.hour(0, dead: 3)]
        #expect(closing(episode(.noneAlive), refused, after: 5) == nil)
        #expect(closing(episode(.noneAlive), refused, canary: true, after: 5) == 5)
        #expect(closing(episode(), [Self.hour(0, dead: 9)], canary: true, after: 5) == nil)
    }

    @Test("All hours of the window that opened the breaker are left out of the baseline")
    func firstHour() {
        #expect(episode().firstHour == Self.now - 23)
    }

    @Test("An update opens, keeps and closes the breaker, and evidence overrules the sums")
    func updates() {
        func update(
            _ history: BreakerEpisode?, _ hours: [HourCount], _ failure: Evidence.Failure? = nil, after: Double = 0
        ) -> BreakerUpdate {
            BreakerUpdate(
                at: Judging.scope, history, hours, canaryIsAlive: false, failure: failure, Breaker.Settings(),
                now: Judging.start + after * 3600)
        }
        let quiet = [Self.hour(0, alive: 10)]
        let tooMany = [Self.hour(0, alive: 10, dead: 9)]
        #expect(update(nil, quiet).breaker == nil && update(nil, tooMany).opened?.reason == .tooManyDead)
        #expect(update(nil, quiet, .keys).opened?.reason == .evidence)
        #expect(update(nil, quiet, .canary).opened?.isByCanary == true)
        #expect(update(nil, quiet, .keys).opened?.isByCanary == false)
        let kept = update(episode(), tooMany, after: 2)
        #expect(kept.breaker?.checkedAt == Judging.start + 7200 && kept.opened == nil)
        let ended = update(episode(), quiet, after: 2)
        #expect(ended.breaker == nil && ended.checked?.closedAt == Judging.start + 3600)
        let held = update(episode(), quiet, .keys, after: 2)
        #expect(held.breaker?.holdUntil == Judging.start + 7200 + Timing.day && held.opened == nil)
        // Closed as of an hour in the past, and opened again now.
        let again = update(episode(), [Self.hour(-30, alive: 10, dead: 9)], after: 30)
        #expect(again.checked?.closedAt == Judging.start + 3600 && again.opened?.openedAt == Judging.start + 30 * 3600)
        #expect(again.breaker == again.opened)
    }

    @Test("An episode records when it opened and was last checked")
    func begins() {
        let begun = episode(.noneAlive)
        #expect(begun.openedAt == Judging.start)
        #expect(begun.checkedAt == Judging.start)
        #expect(begun.closedAt == nil)
        #expect(begun.reason == .noneAlive && begun.scope == Judging.scope)
    }
}
