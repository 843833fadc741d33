import Database
import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Testing
import Vocabulary

@testable import Revalidation

/// A key's story as a pure function of the stored facts.
struct ExplanationTests {
    static let now = Judging.start

    /// Facts about an OpenAI key that was added 30 days ago and accepted yesterday; `edit` changes them.
    func facts(
        _ status: KeyStatus = .active, provider: String = "openai", _ edit: (inout Explanation.Facts) -> Void = { _ in }
    ) throws -> Explanation.Facts {
        var health = Judging.health(status)
        health.lastFinding = .valid
        health.lastCheckedAt = Self.now - Timing.day
        health.lastConclusiveAt = Self.now - Timing.day
        health.keyType = "standard"
        health.schedule(Self.now + 3600)
        var facts = Explanation.Facts(keyID: "key", now: Self.now)
        facts.key = try StoredKey.sample(id: "key", health: health)
        facts.provider = try Catalogue()[provider]
        edit(&facts)
        return facts
    }

    func row(
        _ event: AuditEvent, days: Double, _ finding: Finding? = nil, details: String? = nil, request: String? = nil,
        status: Int? = nil, sequence: Int = 1
    ) -> AuditLine {
        AuditLine(
            runID: "run-\(days)", sequence: sequence, at: Self.now + days * Timing.day, actor: "job",
            event: event.rawValue, keyID: nil, tenantID: nil, provider: "openai", keyPrefix: "sk-proj-",
            finding: finding?.rawValue, httpStatus: status ?? Self.status(of: finding), providerCode: nil,
            requestID: request, details: details, hash: "")
    }

    private static func status(of finding: Finding?) -> Int? {
        switch finding {
        case .unreachable: nil
        case .valid: 200
        default: 401
        }
    }

    /// A row with these facts.
    func row<Facts: AuditFacts>(_ facts: Facts, days: Double, _ finding: Finding? = nil) throws -> AuditLine {
        row(Facts.event, days: days, finding, details: try AuditDetails.text(facts))
    }

    typealias Edit = @Sendable (inout Explanation.Facts) -> Void

    private static let states: [(edit: Edit, says: [String])] = [
        ({ _ in }, ["In use and fine: OpenAI accepted it on 2026-03-01 09:00 UTC."]),
        ({ $0.key?.health.lastFinding = .restricted }, ["In use and fine", "restricted permissions"]),
        (
            { _ = $0.key?.health.runOutOfCredit(at: now) },
            ["has no credit since 2026-03-02 09:00 UTC", "tenant has to"]
        ),
        ({ $0.key?.health.lastFinding = .unreachable }, ["told nothing", "could not be reached", "last yes or no"]),
        ({ $0.key?.health.lastFinding = .undecryptable }, ["does not open", "master key", "keys replace"]),
        ({ $0.key?.health.lastFinding = .unsupported }, ["no request can be made", "adds it again"]),
        ({ $0.key?.health.lastFinding = .endpointChanged }, ["OpenAI no longer answers as it did", "operator"]),
        ({ $0.key?.health.lastFinding = .egressBlocked }, ["blocks this machine's address", "operator"]),
        ({ $0.key?.health.lastFinding = .keyTypeRetired }, ["no longer accepts keys of this type. ", "tenant makes"]),
        ({ $0.isBYOKOn = false }, ["not checked", "--byok on"]),
        ({ $0.isProviderOn = false }, ["not checked", "providers.openai.enabled"]),
        ({ $0.isUnpaid = true }, ["not checked", "costs money", "probe.paid"]),
        ({ $0.provider = nil }, ["not checked", "does not know the provider openai"]),
        (
            { $0.key?.health.lastConclusiveAt = now - 8 * Timing.day },
            ["no check has said yes or no since 2026-02-22 09:00 UTC, more than 7 days ago."]
        ),
        (
            {
                _ = $0.key?.health.suspect(by: Judging.observation(.revoked, at: now - 3600))
            }, ["Suspected since 2026-03-02 08:00 UTC", "in use until", "OpenAI says that the key was revoked."]
        ),
    ]

    @Test("The summary of a key in use says that it is fine, or what is wrong and who has to act")
    func active() throws {
        for state in Self.states {
            let summary = Explanation(try facts(.active, state.edit)).summary.text
            for words in state.says { #expect(summary.contains(words), "\(summary)") }
        }
    }

    private static let changes: [(status: Int, says: String)] = [
        (301, "OpenAI redirects elsewhere. "), (404, "OpenAI has nothing at this address any more. "),
        (410, "OpenAI has nothing at this address any more. "), (418, "OpenAI no longer answers as it did. "),
    ]

    @Test("Of an endpoint that changed the summary says what the status says", arguments: changes)
    func endpoint(change: (status: Int, says: String)) throws {
        let facts = try facts {
            $0.key?.health.lastFinding = .endpointChanged
            $0.rows = [row(.keyProbed, days: -1, .endpointChanged, status: change.status)]
        }
        #expect(Explanation(facts).summary.text.contains(change.says))
    }

    @Test("A key type that is retired is so since its first such answer, or without a date")
    func retired() throws {
        var facts = try facts {
            $0.key?.health.lastFinding = .keyTypeRetired
            $0.key?.health.lastCheckedAt = Self.now
        }
        #expect(!Explanation(facts).summary.text.contains("2026"))
        facts.rows = [
            row(.keyProbed, days: -9, .keyTypeRetired), row(.keyProbed, days: -5, .valid),
            row(.keyProbed, days: -3, .keyTypeRetired), row(.keyProbed, days: 0, .keyTypeRetired),
        ]
        #expect(Explanation(facts).summary.text.contains("of this type (first seen on 2026-02-27 09:00 UTC)."))
    }

    @Test("A key whose refusal is only reported is not called fine, nor one that was enabled after its refusal")
    func refused() throws {
        let facts = try facts { $0.key?.health.lastFinding = .invalid }
        let summary = Explanation(facts).summary.text
        #expect(
            summary.hasPrefix("In use, but OpenAI refused it on 2026-03-01 09:00 UTC; this refusal is only reported"))
        #expect(!summary.contains("accepted") && !summary.contains("fine"))
        var enabled = facts
        enabled.rows = [row(.keyEnabled, days: -0.5)]
        #expect(
            Explanation(enabled).summary.text.hasPrefix(
                "Enabled on 2026-03-01 21:00 UTC and not checked since; refused before that, on 2026-03-01 09:00 UTC."))
    }

    @Test(
        "On a tenant's own host it is the tenant who has to act",
        arguments: [Finding.egressBlocked, .endpointChanged])
    func tenantsHost(finding: Finding) throws {
        let facts = try facts(provider: "azure_openai") { $0.key?.health.lastFinding = finding }
        #expect(Explanation(facts).summary.text.contains("The tenant "))
    }

    @Test("The story of a held key says what holds it, until the suspicion is over and another begins")
    func held() throws {
        let held = try row(
            KeyHeld(reason: .breakerOpen, closedAt: nil, next: nil, grounds: .sample(refusals: 2, since: Self.now)),
            days: -1, .invalid)
        var facts = try facts {
            $0.key?.health = Judging.health(suspectedFor: 3 * Timing.day, deadCount: 2)
            $0.rows = [row(.keySuspected, days: -3, .invalid), held]
        }
        #expect(
            Explanation(facts).summary.text.contains(
                "in use, and on 2026-03-01 09:00 UTC held: the breaker of this provider was open."))
        facts.rows += [row(.keyCleared, days: -0.5, .valid), row(.keySuspected, days: -0.1, .invalid)]
        #expect(!Explanation(facts).summary.text.contains("held"))
    }

    static let sinceHold: [(Edit, Bool)] = [
        ({ $0.guardState = guardState() }, true),
        ({ $0.guardState = guardState(closedAfterDays: -2) }, true),
        ({ $0.guardState = guardState(closedAfterDays: -0.5) }, false),
        ({ $0.guardState = guardState(isOpen: true) }, false),
        ({ $0.guardState = guardState(isReleased: true) }, false),
    ]

    @Test("What a hold predicts is shown only while no breaker or release has changed it", arguments: sinceHold)
    func prediction(edit: Edit, isShown: Bool) throws {
        let suspicion = Suspicion(
            since: Self.now - 3 * Timing.day, finding: .invalid, httpStatus: 401, code: nil, deadCount: 2)
        let next = NextRefusal(
            after: suspicion, heldFor: .noEvidence, closedAt: nil, answer: Judging.observation(.invalid),
            timing: Timing(), now: Self.now - Timing.day)
        let grounds = Grounds.sample(refusals: 2, since: suspicion.since)
        let held = try row(
            KeyHeld(reason: .noEvidence, closedAt: nil, next: next, grounds: grounds), days: -1, .invalid)
        let facts = try facts {
            $0.key?.health = Judging.health(suspectedFor: 3 * Timing.day, deadCount: 2)
            $0.rows = [held]
            edit(&$0)
        }
        let summary = Explanation(facts).summary.text
        #expect(summary.contains("held: no other key of this provider was valid"), "\(summary)")
        let words = "without one its 3rd refusal is the first that can disable it, not before 2026-03-02 09:00 UTC"
        #expect(summary.contains(words) == isShown, "\(summary)")
    }

    @Test("A key that is held after a breaker closed is told which refusal since then can disable it")
    func restarted() throws {
        let suspicion = Suspicion(
            since: Self.now - 3 * Timing.day, finding: .invalid, httpStatus: 401, code: nil, deadCount: 2)
        let closedAt = Self.now - 1.5 * Timing.day
        let next = NextRefusal(
            after: suspicion, heldFor: .restarted, closedAt: closedAt, answer: Judging.observation(.invalid),
            timing: Timing(), now: Self.now - Timing.day)
        let held = KeyHeld(
            reason: .restarted, closedAt: closedAt, next: next, grounds: .sample(refusals: 2, since: suspicion.since))
        #expect(
            held.sentence.text
                == "its suspicion stood while the breaker was open; its 3rd counted refusal since the breaker "
                + "closed is the first that can disable it, not before 2026-03-04 09:00 UTC")
    }

    private static func guardState(
        isOpen: Bool = false, closedAfterDays: Double? = nil, isReleased: Bool = false
    ) -> GuardState {
        let scope = GuardScope(provider: "openai", keyType: "standard")
        let sums = Breaker.Assessment(dead: 0, answered: 6, most: 3, isWithoutLivingKey: false)
        let release = BreakerRelease(
            provider: "openai", keyType: nil, finding: nil, at: now - 0.1 * Timing.day, reason: "a true refusal")
        let episode = BreakerEpisode(
            scope: scope, reason: .evidence, at: now - 0.1 * Timing.day, assessment: sums, isByCanary: false)
        return GuardState(
            scope: scope, breaker: isOpen ? episode : nil, closesNext: false, sums: sums, usualRate: 0.02,
            suspicions: 1, disabledInDay: 0, cap: 3, closedAt: closedAfterDays.map { now + $0 * Timing.day },
            releases: isReleased ? [release] : [])
    }

    @Test("An overdue key's last answer is given only where it is recent and told nothing; else that no run asked")
    func overdue() throws {
        func summary(_ finding: Finding, daysAgo days: Double) throws -> String {
            let facts = try facts {
                $0.key?.health.lastConclusiveAt = Self.now - 9 * Timing.day
                $0.key?.health.lastCheckedAt = Self.now - days * Timing.day
                $0.key?.health.lastFinding = finding
            }
            return Explanation(facts).summary.text
        }
        let idle = try summary(.valid, daysAgo: 9)
        #expect(idle.contains("No run has asked"), "\(idle)")
        #expect(!idle.contains("accepts the key"), "\(idle)")
        #expect(try summary(.unreachable, daysAgo: 8).contains("No run has asked"))
        let away = try summary(.unreachable, daysAgo: 1)
        #expect(away.contains("could not be reached"), "\(away)")
        #expect(!away.contains("No run has asked"), "\(away)")
    }

    @Test("The summary of a key out of use says by whom, when and on what grounds")
    func outOfUse() throws {
        let disabled = try row(
            KeyDisabled(grounds: .sample(refusals: 2, since: Self.now - Timing.day)), days: 0, .invalid)
        let byJob = try facts(.disabled) {
            $0.rows = [disabled]
        }
        let summary = Explanation(byJob).summary.text
        #expect(summary.contains("Disabled by the job on 2026-03-02 09:00 UTC. OpenAI does not know this key"))
        #expect(
            summary.contains(
                "The grounds: refused 2 times since 2026-03-01 09:00 UTC; made-up key refused; evidence passed "))
        #expect(
            Explanation(byJob).next.map(\.text).contains { $0.contains("brings it back") && $0.contains("2026-05-31") })
        let byOperator = try facts(.disabled) {
            try? $0.key?.health.disable(at: Self.now)
        }
        #expect(
            Explanation(byOperator).summary.text.contains("Disabled by an operator on 2026-03-02 09:00 UTC; the job"))
        #expect(Explanation(byOperator).next.map(\.text) == ["It is not asked about any more."])
        let revoked = try facts(.revoked) { $0.rows = [row(.keyRevoked, days: -2)] }
        #expect(
            Explanation(revoked).summary.text.contains("Revoked by an operator on 2026-02-28 09:00 UTC, which is for"))
        let gone = try facts {
            $0.key = nil
            $0.rows = [row(.keyDisabled, days: -3, .invalid), row(.keyDeleted, days: -1)]
        }
        #expect(
            Explanation(gone).summary.text
                == "It was deleted on 2026-03-01 09:00 UTC. Its last change was key.disabled on "
                + "2026-02-27 09:00 UTC.")
        #expect(Explanation(gone).next.isEmpty)
    }
}
