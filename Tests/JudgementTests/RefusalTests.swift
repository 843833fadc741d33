import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

/// Refusals that are not enough yet, and unknown answers: when the key is probed again, and who is told.
struct RefusalTests {
    private static let day = Timing.day

    private func rule(
        _ finding: Finding, _ strength: Strength = .specific, over: Duration? = nil, of health: KeyHealth,
        after hours: Double = 0, gap: TimeInterval = Timing.day
    ) -> HealthTransition {
        let at = Judging.start + hours * 3600
        return HealthTransition(
            Judging.observation(finding, strength, confirmOver: over, at: at), of: health, timing: Timing(gap: gap))
    }

    @Test("A first refusal is stored with its finding, and the key is probed again a gap later")
    func first() throws {
        let transition = rule(.revoked, of: Judging.health { $0.record(Judging.observation(.providerError)) })
        #expect(transition.health.suspicion?.finding == .revoked && transition.health.suspicion?.httpStatus == 401)
        #expect(transition.health.suspicion?.since == Judging.start && transition.health.suspicion?.deadCount == 1)
        #expect(transition.health.hoursToNext == 24 && transition.health.unknownCount == 0)
    }

    @Test("A refusal counts only a gap after the last counted one, less an hour or half the gap")
    func counts() throws {
        let seconds: [(gap: Double, after: Double, count: Int?)] = [
            (1, 0.25, 1), (1, 0.5, 2), (1, 1.5, 2), (86_400, 82_799, 1), (86_400, 82_800, 2), (86_400, 500_000, 2),
        ]
        for (gap, after, count) in seconds {
            let health = Judging.health(suspectedFor: after)
            #expect(rule(.invalid, of: health, gap: gap).health.suspicion?.deadCount == count)
        }
        let twice = Judging.health(suspectedFor: 2 * Self.day - 3600, deadCount: 2)
        #expect(rule(.invalid, of: twice).health.suspicion?.deadCount == 3)
        let earlier = Judging.health(suspectedFor: 2 * Self.day - 3601, deadCount: 2)
        #expect(rule(.invalid, of: earlier).health.suspicion?.deadCount == 2)
    }

    @Test("The third refusal under a rule that waits longer is reported to the tenant, and each one after it")
    func thrice() throws {
        var health = Judging.health()
        var told: [Int] = []
        for number in 1...5 {
            let transition = rule(
                .invalid, .ambiguous, over: .seconds(35 * 86_400), of: health, after: Double(number) * 24)
            if transition.events.contains(.refusedThrice) { told.append(number) }
            health = transition.health
        }
        #expect(told == [3, 4, 5])
    }

    @Test("After a refusal that is not enough the next probe is at the end of the wait, or at the key's turn if sooner")
    func next() throws {
        let suspected = Judging.health(suspectedFor: 1.5 * Self.day)
        #expect(rule(.invalid, .ambiguous, of: suspected).health.hoursToNext == 36)
        let turn = KeySlot.next(after: Judging.start, slot: suspected.slot, period: 7 * Self.day)
        let hoursToTurn = max(24, turn.timeIntervalSince(Judging.start) / 3600)
        let long = rule(.invalid, .ambiguous, over: .seconds(35 * 86_400), of: suspected)
        #expect(long.health.hoursToNext == hoursToTurn)
        let late = Judging.health(suspectedFor: 20 * Self.day)
        #expect(rule(.invalid, .ambiguous, of: late).health.hoursToNext == 24)
    }

    static let spans: [(strength: Strength, gap: Double, over: Double?, days: Double, isEnough: Bool)] = [
        (.specific, 1, 3, 2.9, false), (.specific, 1, 3, 3, true), (.specific, 1, 0.1, 0.5, false),
        (.specific, 1, 0.1, 1, true), (.ambiguous, 5, nil, 4, false), (.ambiguous, 5, nil, 10, true),
        (.ambiguous, 0.1, nil, 2.9, false), (.ambiguous, 0.1, nil, 3, true), (.ambiguous, 1, 5, 4.9, false),
        (.ambiguous, 1, 5, 5, true),
    ]

    @Test("The longest of gap, rule and, for ambiguous rules, 72 hours applies", arguments: spans)
    func span(strength: Strength, gap: Double, over: Double?, days: Double, isEnough: Bool) throws {
        let health = Judging.health(suspectedFor: days * Self.day, deadCount: 2)
        let transition = rule(
            .invalid, strength, over: over.map { .seconds($0 * 86_400) }, of: health, gap: gap * Self.day)
        let ambiguousNeedsThree = strength == .ambiguous && transition.health.suspicion?.deadCount == 2
        #expect(transition.events.contains(.confirmed) == (isEnough && !ambiguousNeedsThree))
        #expect(!isEnough || !ambiguousNeedsThree)
    }

    @Test("Refusals of an ambiguous rule count a day apart, however short the gap")
    func ambiguousGap() throws {
        let health = Judging.health(suspectedFor: 7200)
        #expect(rule(.invalid, .ambiguous, of: health, gap: 3600).health.suspicion?.deadCount == 1)
        #expect(rule(.invalid, .specific, of: health, gap: 3600).health.suspicion?.deadCount == 2)
        #expect(rule(.invalid, .ambiguous, of: Judging.health(), gap: 3600).health.hoursToNext == 24)
    }

    // MARK: - Unknown answers

    @Test("A retired key type is reported only for keys in use")
    func retired() throws {
        #expect(rule(.keyTypeRetired, of: Judging.health()).events == [.keyTypeRetired])
        #expect(rule(.keyTypeRetired, of: Judging.health(.disabled)).events.isEmpty)
        #expect(rule(.rateLimited, of: Judging.health()).events.isEmpty)
    }

    @Test(
        "A key that cannot be checked is recorded from the first day and reported after a week",
        arguments: [Finding.undecryptable, .unsupported, .endpointChanged, .egressBlocked])
    func uncheckable(finding: Finding) throws {
        let first = rule(finding, of: Judging.health())
        #expect(first.events.isEmpty && first.health.uncheckableSince == Judging.start)
        #expect(rule(finding, of: first.health, after: 167.9).events.isEmpty)
        let week = rule(finding, of: first.health, after: 168)
        #expect(week.events == [.uncheckableForAWeek] && week.health.uncheckableSince == Judging.start)
        #expect(rule(.valid, of: first.health, after: 5).health.uncheckableSince == nil)
        var disabled = Judging.health(.disabled)
        _ = disabled.becomeUncheckable(at: Judging.start)
        #expect(rule(finding, of: disabled, after: 170).events.isEmpty)
    }

    @Test("A transport failure does not make a key uncheckable; it is probed again after the back-off")
    func trouble() throws {
        #expect(rule(.unreachable, of: Judging.health()).health.uncheckableSince == nil)
        #expect(rule(.egressBlocked, of: Judging.health()).health.hoursToNext == 1)
        #expect(rule(.unreachable, of: Judging.health(.disabled)).health.hoursToNext == 24)
    }

    @Test("A key that the job disabled is probed until the ninetieth day and not beyond, whatever the answers")
    func recoveryEnds() throws {
        let disabled = Judging.health(.disabled)
        let last = rule(.unreachable, of: disabled, after: 89 * 24)
        #expect(last.health.hoursToNext == 90 * 24 && last.events.isEmpty)
        let over = rule(.unreachable, of: disabled, after: 89 * 24 + 1)
        #expect(over.health.nextProbeAt == nil && over.events == [.recoveryEnded])
        #expect(rule(.invalid, of: disabled, after: 5).health.hoursToNext == 24)
        #expect(rule(.invalid, of: disabled, after: 90 * 24).events == [.recoveryEnded])
    }
}
