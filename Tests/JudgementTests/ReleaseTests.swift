import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

struct ReleaseTests {
    private static let day = Timing.day

    private func release(
        provider: String = "openai", keyType: String? = nil, finding: Finding? = nil, at date: Date = Judging.start
    ) -> BreakerRelease {
        BreakerRelease(provider: provider, keyType: keyType, finding: finding, at: date, reason: "the provider says so")
    }

    private func suspicion(since date: Date = Judging.start, _ finding: Finding = .invalid) -> Suspicion {
        Suspicion(since: date, finding: finding, httpStatus: 401, code: nil, deadCount: 4)
    }

    private func covers(
        _ release: BreakerRelease, since days: Double = 0, _ finding: Finding = .invalid,
        _ strength: Strength = .specific, after: Double = 1
    ) -> Bool {
        release.covers(
            suspicion(since: Judging.start + days * Self.day, finding), of: Judging.scope, strength: strength,
            now: Judging.start + after * Self.day)
    }

    static let beginnings: [(days: Double, isCovered: Bool)] = [(-100, true), (0, true), (1, true), (1.001, false)]

    @Test("A release covers suspicions that exist and those that begin within a day", arguments: beginnings)
    func begins(days: Double, isCovered: Bool) { #expect(covers(release(), since: days, after: 2) == isCovered) }

    static let ends: [(strength: Strength, days: Double, isCovered: Bool)] = [
        (.specific, 14, true), (.specific, 14.001, false), (.ambiguous, 14.001, true), (.ambiguous, 21, true),
        (.ambiguous, 21.001, false),
    ]

    @Test("A release ends after 14 days, 21 for ambiguous rules", arguments: ends)
    func length(strength: Strength, days: Double, isCovered: Bool) {
        #expect(covers(release(), .invalid, strength, after: days) == isCovered)
        #expect(BreakerRelease.longest == 21 * Self.day)
    }

    @Test("Hours up to a day after a release count as usual, unless it is for one finding or another key type")
    func lastUsual() {
        let hour = HourCount.hour(of: Judging.start)
        #expect(release().lastReturnedHour(Judging.scope) == hour + 24)
        #expect(release().lastReturnedHour(GuardScope(provider: "groq", keyType: "standard")) == nil)
    }

    @Test("A release covers its provider, key type and finding only")
    func matches() {
        #expect(covers(release(keyType: "standard")) && covers(release(finding: .invalid)))
        #expect(!covers(release(provider: "groq")) && !covers(release(keyType: "auth")))
        #expect(!covers(release(finding: .revoked)) && covers(release(finding: .revoked), .revoked))
    }

    @Test("The hours of a release's day count as usual, unless it is for one finding or another scope")
    func usual() {
        func isUsual(_ release: BreakerRelease, after days: Double) -> Bool {
            release.returnsHourToBaseline(Judging.scope, at: Judging.start + days * Self.day)
        }
        #expect(isUsual(release(), after: 0))
        #expect(isUsual(release(), after: 1))
        #expect(!isUsual(release(), after: 1.001))
        #expect(!isUsual(release(finding: .invalid), after: 0) && !isUsual(release(provider: "groq"), after: 0))
        #expect(!isUsual(release(keyType: "auth"), after: 0) && isUsual(release(keyType: "standard"), after: 0))
    }

    // MARK: - ScopeHistory

    private func counted(_ history: ScopeHistory, _ suspicion: Suspicion) -> Suspicion {
        history.counted(suspicion, of: Judging.scope, strength: .specific, now: Judging.start + Self.day)
    }

    @Test("When a breaker closes, every earlier suspicion is counted anew")
    func closing() {
        let old = suspicion()
        let closing = Judging.start + 3600
        let restarted = counted(ScopeHistory(closedAt: closing), old)
        #expect(restarted.countedFrom == closing)
        #expect(restarted.deadCount == 1)
        #expect(restarted.since == old.since)
        #expect(counted(ScopeHistory(closedAt: old.since), old) == old)
        #expect(counted(ScopeHistory(closedAt: old.since - 1), old) == old && counted(ScopeHistory(), old) == old)
    }

    @Test("A released suspicion is counted as before")
    func releasedStanding() {
        let released = ScopeHistory(closedAt: Judging.start + 3600, releases: [release()])
        #expect(counted(released, suspicion()) == suspicion())
        let other = ScopeHistory(closedAt: Judging.start + 3600, releases: [release(provider: "groq")])
        #expect(counted(other, suspicion()).deadCount == 1)
        let two = ScopeHistory(releases: [release(provider: "groq"), release()])
        #expect(two.releases(suspicion(), of: Judging.scope, strength: .specific, now: Judging.start))
        #expect(!other.releases(suspicion(), of: Judging.scope, strength: .specific, now: Judging.start))
    }

    /// Hours from the closing to each refusal, and those at which the disabling is confirmed.
    static let refusals: [(hours: [Double], confirmed: [Double])] = [
        ([22.9, 48, 71], [71]), ([24, 48, 72], [72]), ([24, 47, 70.9, 71], [71]), ([60, 72, 84, 96], [72, 84, 96]),
        ([1, 71, 94], [94]), ([71], []), ([200], []), ([200, 368], [368]), ([168], []), ([24, 48], []),
    ]

    @Test(
        "A key held by a breaker needs three counted refusals, the last 72 h after the breaker closed",
        arguments: refusals)
    func held(hours: [Double], confirmed: [Double]) throws {
        var health = Judging.health(suspectedFor: 5 * Self.day, deadCount: 5)
        let history = ScopeHistory(closedAt: Judging.start)
        var found: [Double] = []
        for hour in hours {
            let answer = Judging.observation(.invalid, at: Judging.start + hour * 3600)
            let transition = HealthTransition(answer, of: health, history: history)
            if transition.events.contains(.confirmed) { found.append(hour) }
            #expect(!transition.events.contains(.refusedThrice), "a breaker's doubt is no news for the tenant")
            health = transition.health
        }
        #expect(found == confirmed)
    }

    @Test("A rule with a longer wait keeps it, and after a release the rule alone decides")
    func heldOtherwise() throws {
        var health = Judging.health(suspectedFor: 5 * Self.day)
        let history = ScopeHistory(closedAt: Judging.start)
        for (hours, isConfirmed) in [(24.0, false), (48, false), (72, false), (119, true)] {
            let answer = Judging.observation(
                .invalid, confirmOver: .seconds(5 * Self.day), at: Judging.start + hours * 3600)
            let transition = HealthTransition(answer, of: health, history: history)
            #expect(transition.events.contains(.confirmed) == isConfirmed)
            health = transition.health
        }
        // Held by one breaker, then released: the exact rule's two refusals are enough.
        let suspicion = Suspicion(
            since: Judging.start - 5 * Self.day, finding: .invalid, httpStatus: 401, code: nil,
            countedFrom: Judging.start - Self.day)
        let held = Judging.health(in: .active(suspicion))
        let answer = Judging.observation(.invalid)
        #expect(!HealthTransition(answer, of: held).events.contains(.confirmed))
        #expect(
            HealthTransition(answer, of: held, history: ScopeHistory(releases: [release()])).events.contains(.confirmed)
        )
    }

    @Test("A key held by a breaker is probed daily, until it is disabled or cleared")
    func heldNext() throws {
        let health = Judging.health(suspectedFor: 5 * Self.day)
        var found = health
        var at = Judging.start + 3600
        let history = ScopeHistory(closedAt: Judging.start)
        var hours: [Double] = []
        while hours.count < 9 {
            let transition = HealthTransition(Judging.observation(.invalid, at: at), of: found, history: history)
            hours.append(at.timeIntervalSince(Judging.start) / 3600)
            if transition.events.contains(.confirmed) { break }
            found = transition.health
            at = try #require(found.nextProbeAt)
        }
        #expect(hours == [1, 25, 49, 73])
    }
}
