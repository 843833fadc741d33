import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

struct CountTests {
    private func kind(
        _ finding: Finding, _ strength: Strength = .specific, _ edit: (inout KeyHealth) -> Void = { _ in }
    ) throws -> HourCount.Contribution? {
        HourCount.Contribution(Judging.observation(finding, strength), of: Judging.health(.active) { edit(&$0) })
    }

    @Test("Two sums of one hour add up, and the breaker was open in that hour if either says so")
    func adding() {
        func count(_ alive: Int, _ dead: Int, _ never: Int, _ isBreakerOpen: Bool) -> HourCount {
            var count = HourCount(hour: 7)
            count.alive = alive
            count.firstDead = dead
            count.neverAlive = never
            count.isBreakerOpen = isBreakerOpen
            return count
        }
        #expect(count(1, 2, 3, false) + count(10, 20, 30, true) == count(11, 22, 33, true))
        #expect(count(1, 2, 3, true) + count(10, 20, 30, false) == count(11, 22, 33, true))
        #expect(count(1, 0, 0, false) + count(0, 0, 0, false) == count(1, 0, 0, false))
    }

    @Test("An alive answer counts once in a day")
    func alive() throws {
        #expect(try kind(.valid) == .alive && kind(.restricted) == .alive)
        for (hours, counts) in [(0.0, false), (23, false), (24, true), (100, true)] {
            #expect(try kind(.valid) { $0.aliveAt = Judging.start - hours * 3600 } == (counts ? .alive : nil))
        }
    }

    @Test("A first refusal of a key never seen alive is counted separately")
    func dead() throws {
        #expect(try kind(.invalid) == .neverAlive && kind(.invalid, .ambiguous) == .neverAlive)
        #expect(try kind(.invalid) { $0.aliveAt = Judging.start - 3600 } == .firstDead)
        #expect(try kind(.invalid, .never) == nil && kind(.unreachable) == nil)
    }

    @Test("Confirmations, recovery probes and keys without credit are not counted")
    func nowhere() throws {
        for finding in [Finding.valid, .invalid] {
            #expect(try kind(finding) { _ = $0.suspect(by: Judging.observation(.invalid)) } == nil)
            #expect(try kind(finding) { try? $0.disable(at: Judging.start) } == nil)
        }
        #expect(try kind(.valid) { _ = $0.runOutOfCredit(at: Judging.start) } == nil)
        #expect(try kind(.invalid) { _ = $0.runOutOfCredit(at: Judging.start) } == .neverAlive)
    }

    @Test("The transition says what to count, and moves the last counted answer once a day")
    func transition() throws {
        let first = HealthTransition(Judging.observation(.valid), of: Judging.health())
        #expect(first.count == .alive && first.health.aliveAt == Judging.start)
        let soon = HealthTransition(Judging.observation(.valid, at: Judging.start + 7200), of: first.health)
        #expect(soon.count == nil && soon.health.aliveAt == Judging.start)
        let later = HealthTransition(Judging.observation(.valid, at: Judging.start + 86_400), of: first.health)
        #expect(later.count == .alive && later.health.aliveAt == Judging.start + 86_400)
    }

    @Test("Hours are whole and counted from 1970 (UTC), also before it")
    func hours() {
        #expect(HourCount.hour(of: Judging.start) == 492_345 && HourCount.hour(of: Judging.start - 1) == 492_344)
        #expect(HourCount.hour(of: Judging.start + 3599) == 492_345)
        #expect(HourCount.hour(of: Date(timeIntervalSince1970: -1)) == -1)
    }

    @Test("Each kind of count adds one to its own sum")
    func adds() {
        var count = HourCount(hour: 1)
        for kind in [HourCount.Contribution.alive, .firstDead, .firstDead, .neverAlive, .neverAlive, .neverAlive] {
            count.add(kind)
        }
        #expect((count.alive, count.firstDead, count.neverAlive) == (1, 2, 3))
        #expect(!count.isBreakerOpen && count.hour == 1)
    }
}
