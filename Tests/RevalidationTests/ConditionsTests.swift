import Database
import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Secrets
import Testing

@testable import Revalidation

/// Conditions and the mails that tell operators of them, on the real store.
struct ConditionsTests {
    private static let operators = ["ops@platform.example"]

    @Test("Operators are told when a breaker opens, daily while it is open, and when it closes, through the outbox")
    func breaker() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(4, .invalid)
            try await platform.revalidate(operators: Self.operators)
            let mail = try #require(try platform.mails().first)
            #expect(mail.header("Subject") == "keyvigil: the breaker of OpenAI (standard keys) is open")
            #expect(mail.header("To") == "ops@platform.example" && mail.defects.isEmpty)
            #expect(mail.words.contains("4 suspicions are held."))
            #expect(mail.words.contains("keyvigil breakers release openai --reason"))
            #expect(try await platform.texts("SELECT tenant_id || '|' || state FROM mail") == ["|sent"])
            #expect(try await platform.count("SELECT count(*) FROM audit_entry WHERE tenant_id = ''") == 0)
            #expect(
                try await platform.told(.mailComposed)
                    .allSatisfy { $0.hasSuffix("to operators, breaker begins") })

            platform.clock.advance(hours: 22)
            #expect(try await platform.revalidate(operators: Self.operators).notices.sent == 0)
            for key in keys { try await platform.set(key, .valid) }
            platform.clock.advance(hours: 1)
            try await platform.execute("UPDATE key_health SET next_probe_at = NULL")
            #expect(try await platform.revalidate(operators: Self.operators).notices.sent == 1)
            platform.clock.advance(days: 1)
            try await platform.execute("UPDATE key_health SET next_probe_at = '2000-01-01T00:00:00.000Z'")
            try await platform.revalidate(operators: Self.operators)
            #expect(
                try await platform.texts("SELECT subject FROM mail ORDER BY created_at") == [
                    "keyvigil: the breaker of OpenAI (standard keys) is open",
                    "keyvigil: still: the breaker of OpenAI (standard keys) is open",
                    "keyvigil: over: the breaker of OpenAI (standard keys) is open",
                ])
            #expect(try await platform.standingConditions().isEmpty)
        }
    }

    @Test("The mail says that no key is known to be alive, for any reason of the breaker, until one is alive")
    func withoutLivingKey() async throws {
        try await Platform.run { platform in
            let keys = try await platform.addKeys(8)
            try await platform.revalidate()
            platform.clock.advance(days: 7)
            try await platform.makeDue(keys)
            for key in keys { try await platform.set(key, .invalid) }
            // Of three refusals in one batch and none alive, "none was alive" would be the reason. A minimum of two makes
            // it "too many", however the answers fall into batches.
            try await platform.revalidate(operators: Self.operators) { $0.breaker.minimum = 2 }
            #expect(try await platform.texts("SELECT reason FROM provider_breaker") == ["tooManyDead"])
            #expect(try platform.mails().first?.words.contains("No key of OpenAI is known to be alive") == true)
            _ = try await platform.addKey()
            platform.clock.advance(hours: 23)
            try await platform.revalidate(operators: Self.operators)
            #expect(try platform.mails().count == 2)
            let last = try await platform.standingConditions().first
            #expect(last?.facts.isWithoutLivingKey == nil)
        }
    }

    @Test("Each operator gets a mail of its own")
    func eachOperator() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(4, .invalid)
            try await platform.revalidate(operators: ["a@ops.example", "b@ops.example"])
            #expect(try platform.mails().compactMap { $0.header("To") }.sorted() == ["a@ops.example", "b@ops.example"])
            #expect(Set(try platform.mails().compactMap { $0.header("Message-ID") }).count == 2)
        }
    }

    @Test(
        "Without operators, or without mail, the condition is kept and reported as soon as operators can be reached",
        arguments: ["no operators", "no mail", "no notify"])
    func keptForLater(how: String) async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(4, .invalid)
            switch how {
            case "no operators": try await platform.revalidate()
            case "no mail": try await platform.revalidate(hasMail: false, operators: Self.operators)
            default: try await platform.revalidate(operators: Self.operators) { $0.sendsNotices = false }
            }
            let kept = try await platform.standingConditions()
            #expect(kept.map(\.kind) == [.breaker] && kept.first?.toldAt == nil)
            #expect(try platform.mails().isEmpty)
            platform.clock.advance(hours: 1)
            try await platform.revalidate(operators: Self.operators)
            #expect(try platform.mails().count == 1)
            let told = try await platform.standingConditions()
            #expect(told.first?.since == kept.first?.since && told.first?.toldAt == platform.clock.now)
        }
    }

    @Test("A dry run changes no condition and sends no mail")
    func dryRun() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(4, .down)
            platform.clock.advance(days: 8)
            let report = try await platform.revalidate(operators: Self.operators) { $0.isDryRun = true }
            #expect(report.coverage?.overdue == 4)
            #expect(try await platform.standingConditions().isEmpty)
            #expect(try await platform.count("SELECT count(*) FROM mail") == 0)
        }
    }

    @Test("Of several concurrent runs on one store, one sends the mail", arguments: 1...3)
    func severalRunners(round: Int) async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(4, .invalid)
            try await platform.revalidate()
            let clock = platform.clock
            let place = platform.place
            let stores = try (0..<3).map { _ in
                KeyStore(database: try place.open(), program: "test", now: { clock.now })
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for store in stores {
                    let vault = try platform.vault(store: store)
                    group.addTask { try await platform.revalidate(vault, operators: Self.operators) }
                }
                try await group.waitForAll()
            }
            #expect(try await platform.count("SELECT count(*) FROM mail") == 1)
            #expect(try await platform.standingConditions().count == 1)
        }
    }

    @Test("A refused mail to operators ends as failed like any other, and that is a condition of its own")
    func refused() async throws {
        try await Platform.run { platform in
            let transport = ScriptedTransport(.refused(code: 550, reply: "no"))
            _ = try await platform.addKeys(4, .invalid)
            let first = try await platform.revalidate(mail: transport, operators: Self.operators)
            #expect(first.notices.failed == 1 && first.attention.texts.contains("1 mail of the last 24 hours failed"))
            #expect(try await platform.texts("SELECT event FROM audit_entry WHERE event = 'mail.failed'").count == 1)
            platform.clock.advance(hours: 1)
            await transport.answer(.accepted(reply: "ok"))
            try await platform.revalidate(mail: transport, operators: Self.operators)
            #expect(
                try await platform.texts("SELECT subject FROM mail ORDER BY created_at").last
                    == "keyvigil: mails failed")
            platform.clock.advance(days: 1)
            try await platform.revalidate(mail: transport, operators: Self.operators)
            #expect(try await platform.standingConditions().contains { $0.kind == .notices } == false)
        }
    }

    @Test("A mail that a recipient's server defers for five days counts as failed on the day it is given up")
    func givenUp() async throws {
        try await Platform.run { platform in
            let transport = ScriptedTransport(.deferred(code: 451, reply: "later"))
            _ = try await platform.disabledKey { $0.sendsNotices = false }
            var failed: [Int] = []
            for day in 0...7 {
                let report = try await platform.revalidate(mail: transport)
                if report.attention.texts.contains("1 mail of the last 24 hours failed") { failed.append(day) }
                platform.clock.advance(days: 1)
            }
            #expect(failed == [5])
        }
    }

    @Test("A canary refused while tenants' keys work, and a made-up key that is accepted, are reported by provider")
    func controls() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(4)
            let canary = try platform.simulator.newKey(for: "openai")
            try await platform.simulator.set(provider: "openai", key: canary, scenario: .invalid)
            let canaries = ["openai": Canary(SecretBytes(copying: canary.utf8))]
            try await platform.revalidate(operators: Self.operators) { $0.canaries = canaries }
            try await platform.execute(
                """
                INSERT INTO control (provider, host, kind, at, outcome, finding, http_status, run_id)
                VALUES ('groq', '', 'negative', '\(UTCText.string(platform.clock.now))', 'failed', 'valid', 200,
                    '00000000-0000-7000-8000-000000000001')
                """)
            platform.clock.advance(hours: 1)
            try await platform.revalidate(operators: Self.operators) { $0.canaries = canaries }
            #expect(
                try await platform.texts("SELECT subject FROM mail ORDER BY created_at") == [
                    "keyvigil: the canary of OpenAI was refused", "keyvigil: Groq did not refuse a made-up key",
                ])
            #expect(
                try await platform.standingConditions().map(\.sentence.text) == [
                    "It was refused (invalid, HTTP 401, invalid_api_key) while tenants' keys work, so the canary itself "
                        + "is at fault.",
                    "The answer to a made-up key was no refusal (valid, HTTP 200), so its answers are not judged.",
                ])
            // Without a canary in the settings its condition ends; the other ends once the control is a day old.
            try await platform.revalidate(operators: Self.operators)
            #expect(try await platform.standingConditions().map(\.kind) == [.control])
            platform.clock.advance(days: 1)
            try await platform.execute("UPDATE key_health SET next_probe_at = NULL")
            try await platform.revalidate(operators: Self.operators)
            #expect(try await platform.standingConditions().map(\.absentSince) == [platform.clock.now])
            platform.clock.advance(days: 1)
            try await platform.revalidate(operators: Self.operators)
            #expect(try await platform.standingConditions().isEmpty)
        }
    }

    @Test("Status names breakers, conditions and who has to act, and asks for attention where a guard has tripped")
    func status() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(4, .invalid)
            #expect(try await platform.status().needsAttention == false)
            try await platform.revalidate()
            let status = try await platform.status()
            #expect(status.needsAttention && status.breakers.map(\.scope) == [Judging.scope])
            #expect(status.conditions.map(\.kind) == [.breaker] && status.uncheckable.isEmpty)
            let since = UTCText.string(platform.clock.now)
            try await platform.execute(
                "UPDATE key_health SET last_finding = 'unsupported', uncheckable_since = '\(since)'")
            #expect(
                try await platform.status().uncheckable == [
                    .init(provider: "openai", finding: .unsupported, owner: .operators, count: 4)
                ])
        }
    }
}

extension Platform {
    fileprivate func status() async throws -> StoreStatus {
        let catalogue = catalogue
        let now = clock.now
        return try await store.database.read {
            try StoreStatus.current(
                period: 7 * Timing.day, activeProviders: ActiveProviders.current(of: catalogue, under: [:], in: $0),
                now: now,
                in: $0)
        }
    }
}
