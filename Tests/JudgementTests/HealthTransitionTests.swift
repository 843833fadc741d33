import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

struct HealthTransitionTests {
    typealias Row = (
        status: KeyStatus, finding: Finding, strength: Strength, after: KeyStatus, events: [HealthTransition.Event]
    )

    static let table: [Row] = [
        (.active, .valid, .never, .active, []),
        (.active, .restricted, .never, .active, []),
        (.active, .exhausted, .never, .active, [.exhausted]),
        (.active, .invalid, .specific, .active, [.suspected]),
        (.active, .revoked, .ambiguous, .active, [.suspected]),
        (.active, .suspended, .never, .active, []),
        (.active, .rateLimited, .never, .active, []),
        (.active, .undecryptable, .never, .active, []),
        (.disabled, .valid, .never, .active, [.recovered]),
        (.disabled, .exhausted, .never, .active, [.recovered, .exhausted]),
        (.disabled, .invalid, .specific, .disabled, []),
        (.disabled, .invalid, .ambiguous, .disabled, []),
        (.disabled, .unreachable, .never, .disabled, []),
    ]

    @Test("A first answer suspects, recovers or changes nothing", arguments: table)
    func first(row: Row) throws {
        let health = Judging.health(row.status)
        let transition = HealthTransition(Judging.observation(row.finding, row.strength), of: health)
        #expect(transition.health.status == row.after && transition.events == row.events)
        #expect((transition.health.suspicion != nil) == row.events.contains(.suspected))
        #expect((transition.health.lastConclusiveAt != nil) == (row.finding.verdict != .unknown))
        #expect(transition.health.lastCheckedAt == Judging.start && transition.health.lastFinding == row.finding)
    }

    static let gaps: [(gap: Double, seconds: Double, isConfirmed: Bool)] = [
        (86_400, 0, false), (86_400, 3600, false), (86_400, 82_799, false), (86_400, 82_800, true),
        (86_400, 86_400, true), (86_400, 30 * 86_400, true), (7200, 3599, false), (7200, 3600, true),
        (3600, 1799, false), (3600, 1800, true), (600, 299, false), (600, 300, true), (0, 0, true),
    ]

    @Test("A specific refusal is confirmed a gap after the first, at most an hour early", arguments: gaps)
    func gap(gap: Double, seconds: Double, isConfirmed: Bool) throws {
        let health = Judging.health(suspectedFor: seconds)
        let transition = HealthTransition(Judging.observation(.invalid), of: health, timing: Timing(gap: gap))
        #expect(transition.events == (isConfirmed ? [.confirmed] : []))
        #expect(transition.health.status == .active && transition.health.suspicion?.since == health.suspicion?.since)
        let isDue = transition.health.nextProbeAt.map { $0 <= Judging.start } ?? false
        #expect(isDue == isConfirmed)
    }

    static let series: [(hours: [Double], over: Duration?, confirmedAt: Double?)] = [
        ([0, 24, 72], nil, 72), ([0, 23, 71], nil, 71), ([0, 24, 70], nil, nil), ([0, 24, 48, 72], nil, 72),
        ([0, 72], nil, nil), ([0, 144, 168], nil, 168), ([0, 1, 2, 3], nil, nil), ([0, 1, 72], nil, nil),
        ([0, 1, 24, 25, 72], nil, 72), ([0, 24, 72, 839], .seconds(35 * 86_400), 839),
        ([0, 24, 72, 838], .seconds(35 * 86_400), nil), ([0, 840], .seconds(35 * 86_400), nil),
        ([0, 840, 864], .seconds(35 * 86_400), 864),
    ]

    @Test("An ambiguous refusal needs two more, a gap apart, over 72 hours or the rule's own time", arguments: series)
    func ambiguous(hours: [Double], over: Duration?, confirmedAt: Double?) throws {
        var health = Judging.health()
        var confirmed: Double?
        for hour in hours {
            let at = Judging.start + hour * 3600
            let transition = HealthTransition(
                Judging.observation(.invalid, .ambiguous, confirmOver: over, at: at), of: health)
            if transition.events.contains(.confirmed), confirmed == nil { confirmed = hour }
            health = transition.health
        }
        #expect(confirmed == confirmedAt)
    }

    @Test("A gap of zero applies to specific rules only")
    func noGapForAmbiguous() throws {
        var health = Judging.health()
        for second in 0..<10 {
            let at = Judging.start + Double(second)
            let transition = HealthTransition(
                Judging.observation(.invalid, .ambiguous, at: at), of: health, timing: Timing(gap: 0))
            #expect(!transition.events.contains(.confirmed))
            health = transition.health
        }
        #expect(health.suspicion?.deadCount == 1)
    }

    @Test("An unknown answer neither counts nor resets")
    func unknownKeeps() throws {
        let health = Judging.health(suspectedFor: 86_400, deadCount: 2)
        let transition = HealthTransition(Judging.observation(.providerError), of: health)
        #expect(transition.health.suspicion == health.suspicion && transition.events.isEmpty)
        #expect(transition.health.lastConclusiveAt == nil)
    }

    @Test("An alive answer clears the suspicion and the back-off", arguments: [Finding.valid, .restricted])
    func aliveClears(finding: Finding) throws {
        let health = Judging.health(suspectedFor: 86_400, deadCount: 2) { health in
            for _ in 0..<4 { health.record(Judging.observation(.providerError)) }
        }
        let transition = HealthTransition(Judging.observation(finding), of: health)
        #expect(
            transition.health.suspicion == nil && transition.health.unknownCount == 0 && transition.events == [.cleared]
        )
    }

    @Test("A refusal of strength never leaves a suspicion as it is")
    func reportedOnly() throws {
        let health = Judging.health(suspectedFor: 10 * 86_400)
        let transition = HealthTransition(Judging.observation(.suspended, .never), of: health)
        #expect(transition.events.isEmpty && transition.health.suspicion == health.suspicion)
    }

    @Test("No answer changes the state of a key that an operator disabled or revoked", arguments: Finding.allCases)
    func operators(finding: Finding) {
        let states = [KeyState.disabled(Disabling(.operator, at: Judging.start)), .revoked]
        for state in states {
            let transition = HealthTransition(Judging.observation(finding), of: Judging.health(in: state))
            #expect(transition.health.state == state)
            #expect(transition.health.nextProbeAt == nil)
            #expect(transition.count == nil)
        }
    }

    @Test("Exhausted credit begins one episode, probed daily for a fortnight")
    func credit() throws {
        let first = HealthTransition(Judging.observation(.exhausted), of: Judging.health())
        #expect(first.events == [.exhausted] && first.health.hoursToNext == 24)
        let again = HealthTransition(Judging.observation(.exhausted, at: Judging.start + 86_400), of: first.health)
        #expect(again.events.isEmpty && again.health.exhaustedSince == Judging.start)
        let late = HealthTransition(Judging.observation(.exhausted, at: Judging.start + 14 * 86_400), of: first.health)
        let turn = KeySlot.next(after: Judging.start + 14 * 86_400, slot: late.health.slot, period: 7 * 86_400)
        #expect(late.health.nextProbeAt == turn)
        let seeing = HealthTransition(Judging.observation(.valid), of: first.health, seesCredit: true)
        #expect(seeing.events == [.creditRestored] && seeing.health.exhaustedSince == nil)
        #expect(HealthTransition(Judging.observation(.exhausted), of: seeing.health).events == [.exhausted])
    }

    @Test(
        "A probe that cannot see credit ends an episode after two valid answers, 20 hours apart",
        arguments: [
            ([(24, .valid), (48, .valid)], 48), ([(24, .valid), (44, .valid)], 44),
            ([(24, .valid), (43, .valid)], nil),
            ([(6, .valid), (12, .valid), (18, .valid), (24, .valid), (30, .valid)], 30),
            ([(24, .valid), (48, .exhausted), (72, .valid)], nil),
            ([(24, .valid), (48, .exhausted), (72, .valid), (96, .valid)], 96),
            ([(24, .restricted), (48, .restricted)], nil), ([(24, .valid), (48, .restricted), (72, .valid)], nil),
            ([(24, .valid), (48, .rateLimited), (72, .valid), (96, .valid)], 96),
            ([(480, .exhausted), (600, .valid), (624, .valid)], 624),
        ] as [([(hour: Double, finding: Finding)], Double?)])
    func blindCredit(answers: [(hour: Double, finding: Finding)], end: Double?) throws {
        var health = HealthTransition(Judging.observation(.exhausted), of: Judging.health()).health
        var ends: [Double] = []
        for (hour, finding) in answers {
            let at = Judging.start + hour * 3600
            let transition = HealthTransition(Judging.observation(finding, at: at), of: health, seesCredit: false)
            if transition.events.contains(.creditRestored) { ends.append(hour) }
            health = transition.health
        }
        #expect(ends == [end].compactMap(\.self) && (health.exhaustedSince == nil) == (end != nil))
    }

    @Test("During an episode the probe after a valid answer is a day later, with any number of probes meanwhile")
    func blindCreditTurns() throws {
        let first = HealthTransition(Judging.observation(.exhausted), of: Judging.health())
        let late = Judging.start + 20 * 86_400
        let through = HealthTransition(Judging.observation(.valid, at: late), of: first.health)
        #expect(through.health.nextProbeAt == late + 86_400)
        let again = HealthTransition(Judging.observation(.valid, at: late + 3600), of: through.health)
        #expect(again.health.nextProbeAt == late + 86_400)
        let over = HealthTransition(Judging.observation(.valid, at: late + 86_400), of: again.health)
        let turn = KeySlot.next(after: late + 86_400, slot: over.health.slot, period: 7 * 86_400)
        #expect(over.health.nextProbeAt == turn)
    }
}
