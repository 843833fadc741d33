import Foundation
import KeyVigil
import Testing

@testable import Revalidation

struct JudgementReleaseTests {
    private static let day = Timing.day

    private func release(
        provider: String = "openai", keyType: String? = nil, finding: Finding? = nil, at date: Date = Judging.start
    ) -> BrakeRelease {
        BrakeRelease(provider: provider, keyType: keyType, finding: finding, at: date, reason: "the provider says so")
    }

    private func suspicion(since date: Date = Judging.start, _ finding: Finding = .invalid) -> KeyHealth.Suspicion {
        KeyHealth.Suspicion(since: date, finding: finding, httpStatus: 401, code: nil, deadCount: 4)
    }

    private func covers(
        _ release: BrakeRelease, since days: Double = 0, _ finding: Finding = .invalid,
        _ strength: Strength = .specific, after: Double = 1
    ) -> Bool {
        release.covers(
            suspicion(since: Judging.start + days * Self.day, finding), of: Judging.scope, strength: strength,
            now: Judging.start + after * Self.day)
    }

    static let beginnings: [(days: Double, isCovered: Bool)] = [(-100, true), (0, true), (1, true), (1.001, false)]

    @Test("It covers what stands and what begins within a day", arguments: beginnings)
    func begins(days: Double, isCovered: Bool) { #expect(covers(release(), since: days, after: 2) == isCovered) }

    static let ends: [(strength: Strength, days: Double, isCovered: Bool)] = [
        (.specific, 14, true), (.specific, 14.001, false), (.ambiguous, 14.001, true), (.ambiguous, 21, true),
        (.ambiguous, 21.001, false),
    ]

    @Test("It ends after 14 days, 21 for ambiguous rules", arguments: ends)
    func length(strength: Strength, days: Double, isCovered: Bool) {
        #expect(covers(release(), .invalid, strength, after: days) == isCovered)
        #expect(BrakeRelease.longest == 21 * Self.day)
    }

    @Test("It covers its provider, key type and finding only")
    func matches() {
        #expect(covers(release(keyType: "standard")) && covers(release(finding: .invalid)))
        #expect(!covers(release(provider: "groq")) && !covers(release(keyType: "auth")))
        #expect(!covers(release(finding: .revoked)) && covers(release(finding: .revoked), .revoked))
    }

    @Test("The hours of its day count as usual, unless it is for one finding")
    func usual() {
        func isUsual(_ release: BrakeRelease, after days: Double) -> Bool {
            release.makesUsual(Judging.scope, at: Judging.start + days * Self.day)
        }
        #expect(isUsual(release(), after: 0) && isUsual(release(), after: 1) && !isUsual(release(), after: 1.001))
        #expect(!isUsual(release(finding: .invalid), after: 0) && !isUsual(release(provider: "groq"), after: 0))
        #expect(!isUsual(release(keyType: "auth"), after: 0) && isUsual(release(keyType: "standard"), after: 0))
    }

    // MARK: - Standing

    private func counted(_ standing: Standing, _ suspicion: KeyHealth.Suspicion) -> KeyHealth.Suspicion {
        standing.counted(suspicion, of: Judging.scope, strength: .specific, now: Judging.start + Self.day)
    }

    @Test("When a brake lets go, the gap of every suspicion from before starts again")
    func letGo() {
        let old = suspicion()
        let letGo = Judging.start + 3600
        let restarted = counted(Standing(letGoAt: letGo), old)
        #expect(restarted.countedFrom == letGo && restarted.deadCount == 1 && restarted.since == old.since)
        #expect(counted(Standing(letGoAt: old.since), old) == old)
        #expect(counted(Standing(letGoAt: old.since - 1), old) == old && counted(Standing(), old) == old)
    }

    @Test("A released suspicion goes on as it was")
    func releasedStanding() {
        let released = Standing(letGoAt: Judging.start + 3600, releases: [release()])
        #expect(counted(released, suspicion()) == suspicion())
        let other = Standing(letGoAt: Judging.start + 3600, releases: [release(provider: "groq")])
        #expect(counted(other, suspicion()).deadCount == 1)
        let two = Standing(releases: [release(provider: "groq"), release()])
        #expect(two.releases(suspicion(), of: Judging.scope, strength: .specific, now: Judging.start))
        #expect(!other.releases(suspicion(), of: Judging.scope, strength: .specific, now: Judging.start))
    }

    @Test("A refusal soon after the brake let go confirms nothing, one a gap later does")
    func ruling() throws {
        let health = try Judging.health(suspectedFor: 5 * Self.day, deadCount: 5)
        for (hours, isConfirmed) in [(22.9, false), (23, true), (48, true)] {
            let standing = Standing(letGoAt: Judging.start - hours * 3600)
            let ruling = Ruling(Judging.observation(.invalid), of: health, standing: standing)
            #expect(ruling.events.contains(.confirmed) == isConfirmed)
            #expect(ruling.health.suspicion?.deadCount == (isConfirmed ? 2 : 1))
        }
    }
}
