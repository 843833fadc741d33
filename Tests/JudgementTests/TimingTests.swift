import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

struct TimingTests {
    @Test("After unknown answers a key is probed again after 1, 2, 4, 8, 16 and then 24 hours")
    func backOff() throws {
        var health = Judging.health()
        var waits: [Double] = []
        for _ in 0..<8 {
            health = HealthTransition(Judging.observation(.unreachable), of: health).health
            waits.append(health.hoursToNext ?? -1)
        }
        #expect(waits == [1, 2, 4, 8, 16, 24, 24, 24])
        #expect(Timing.backOff(unknownCount: Int.max) == 86_400 && Timing.backOff(unknownCount: 0) == 3600)
    }

    @Test(
        "Retry-After delays a key, but never less than the back-off and never over a week",
        arguments: [(2.0, 1.0), (7200.0, 2.0), (86_400.0 * 365, 168.0)])
    func retryAfter(asked: Double, hours: Double) throws {
        let observation = Judging.observation(.rateLimited, retryAfter: .seconds(asked))
        #expect(HealthTransition(observation, of: Judging.health()).health.hoursToNext == hours)
    }

    @Test(
        "A key whose finding no probe can change is checked once a day",
        arguments: [Finding.undecryptable, .unsupported, .endpointChanged])
    func ours(finding: Finding) throws {
        #expect(HealthTransition(Judging.observation(finding), of: Judging.health()).health.hoursToNext == 24)
    }

    @Test("Recovery probes are on days 1, 3, 7, then weekly to day 90; a run may be an hour early or late")
    func recovery() {
        let start = Judging.start
        func next(_ days: Double) -> Double? {
            Timing.nextRecovery(disabledAt: start, after: start + days * 86_400).map {
                $0.timeIntervalSince(start) / 86_400
            }
        }
        let table: [(Double, Double?)] = [
            (0, 1), (0.9, 1), (0.98, 3), (1, 3), (1.1, 3), (2.97, 7), (3, 7), (5, 7), (7, 14), (6.97, 14), (8, 14),
            (13.97, 21), (76.9, 77), (77, 84), (83, 84), (84, 90), (89, 90), (90, nil), (400, nil),
        ]
        for (days, expected) in table { #expect(next(days) == expected, "after \(days) days") }
        let earliest = start + Timing.day - Timing.early(Timing.day)
        #expect(Timing.nextRecovery(disabledAt: start, after: earliest) == start + 3 * Timing.day)
    }

    @Test("Recovery ends after 90 days even where the provider never answers")
    func recoveryEndsUnanswered() throws {
        var health = Judging.health(.disabled)
        var now = Judging.start + 86_400
        var probes = 0
        var ends = 0
        while let next = health.nextProbeAt, probes < 200 {
            now = max(next, now)
            let transition = HealthTransition(Judging.observation(.unreachable, at: now), of: health)
            ends += transition.events.count { $0 == .recoveryEnded }
            health = transition.health
            probes += 1
        }
        #expect(probes <= 91)
        #expect(ends == 1)
        #expect(health.status == .disabled)
        #expect(health.nextProbeAt == nil)
    }

    @Test("A known expiry moves the next probe to an hour after it, never later and never into the past")
    func expiry() throws {
        func hours(_ finding: Finding, expiresIn: Double) throws -> Double? {
            let transition = HealthTransition(
                Judging.observation(finding), of: Judging.health(), expiry: Judging.start + expiresIn * 3600)
            return transition.health.hoursToNext
        }
        let turn = HealthTransition(Judging.observation(.valid), of: Judging.health()).health.hoursToNext
        #expect(try hours(.valid, expiresIn: 0.5) == 1.5)
        #expect(try hours(.valid, expiresIn: 1000) == turn)
        #expect(try hours(.valid, expiresIn: -5) == turn)
        #expect(try hours(.invalid, expiresIn: 2) == 3)
    }

    @Test("Every key is checked within seven days when runs start up to a day apart")
    func slots() {
        let period = 7 * Timing.day
        var generator = Numbers(seed: 7)
        for _ in 0..<300 {
            let slot = Int.random(in: 0..<518_400, using: &generator)
            var now = Judging.start
            var last: Date?
            var due = now
            for _ in 0..<60 {
                now += Double.random(in: 0...86_400, using: &generator)
                guard due <= now else { continue }
                if let last { #expect(now.timeIntervalSince(last) <= period) }
                last = now
                due = KeySlot.next(after: now, slot: slot, period: period)
                #expect(due > now)
            }
        }
    }

    @Test("A weekly start checks every key")
    func weekly() {
        for slot in stride(from: 0, to: 518_400, by: 9973) {
            #expect(KeySlot.next(after: Judging.start, slot: slot, period: 7 * 86_400) <= Judging.start + 6 * 86_400)
        }
    }
}
