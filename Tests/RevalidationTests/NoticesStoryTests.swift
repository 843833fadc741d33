import Database
import Foundation
import Judgement
import JudgementSupport
import KeyVigil
import Secrets
import Simulator
import TestSupport
import Testing
import Vocabulary

@testable import Revalidation

/// Notices about keys that the job does not disable, or no longer probes.
struct NoticesStoryTests {
    @Test("Three refusals that may mean a spent plan are reported once, with the earliest day of a disabling")
    func refused() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey("unauthorized_detail", provider: "mistral")
            let start = platform.clock.now
            for sent in [0, 0, 1, 0] {
                #expect(try await platform.revalidate().notices.sent == sent)
                try await platform.keepAlive(key)
            }
            let mail = try #require(try platform.mails().first)
            #expect(mail.header("Subject") == "Your Mistral AI key “Mistral AI” is being refused")
            let day = Moment(start + 35 * Timing.day, in: .gmt).text(Locale(identifier: "en"))
            #expect(mail.words.contains("We have switched nothing off and will not before \(day)."))
            #expect(try await platform.health(key).status == .active)
        }
    }

    @Test("A refusal that an alive answer cleared before the mail was sent is not reported")
    func refusedNoMore() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey("unauthorized_detail", provider: "mistral")
            for _ in 0..<3 {
                try await platform.revalidate { $0.sendsNotices = false }
                try await platform.keepAlive(key)
            }
            #expect(try await platform.texts("SELECT state FROM notice") == ["waiting"])
            try await platform.set(key, .valid)
            #expect(try await platform.revalidate().notices.sent == 0)
            #expect(try await platform.texts("SELECT kind || ' ' || state FROM notice") == ["key_refused dropped"])
        }
    }

    @Test("A retired key type is reported once for each version of a key, with the catalogue's steps")
    func keyTypeRetired() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey("standard_key_rejected_or_auth_key_misused", provider: "google")
            for sent in [1, 0, 0] {
                let mails = try await platform.revalidate().notices.sent
                #expect(mails == sent)
                try await platform.keepAlive(key)
            }
            let mail = try #require(try platform.mails().first)
            #expect(mail.header("Subject") == "Your Google AI Studio key “Google AI Studio” is of a retired type")
            #expect(
                mail.words.contains("We have not switched the key off") && mail.words.contains("choose the new kind"))
            #expect(try await platform.texts("SELECT episode FROM notice") == ["v1"])
        }
    }

    @Test(
        "A tenant's own host that is gone or closed for a week is reported once; a provider's host never",
        arguments: [
            (Finding.endpointChanged, "azure_openai", "deleted or renamed", 1),
            (.egressBlocked, "azure_openai", "firewall", 1), (.undecryptable, "azure_openai", "", 0),
            (.unsupported, "azure_openai", "", 0), (.endpointChanged, "openai", "", 0),
            (.egressBlocked, "openai", "", 0),
        ])
    func uncheckable(finding: Finding, provider: String, words: String, mails: Int) async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(onOwnHostOf: provider)
            for day in 0...8 {
                try await platform.record(finding, of: key)
                if day == 6 { #expect(try await platform.count("SELECT count(*) FROM notice") == 0) }
                platform.clock.advance(days: 1)
            }
            try await platform.execute("UPDATE key_health SET next_probe_at = NULL")
            try await platform.revalidate()
            #expect(try platform.mails().count == mails)
            if let mail = try platform.mails().first {
                #expect(mail.header("Subject") == "Your Azure OpenAI key “Azure OpenAI” cannot be checked")
                #expect(mail.words.contains(words))
            }
            #expect(try await platform.health(key).status == .active)
        }
    }

    @Test(
        "Only a tenant's own host is for the tenant to repair",
        arguments: [("azure_openai", true), ("openai", false)])
    func whoseHost(provider: String, isTenants: Bool) async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(onOwnHostOf: provider)
            let stored = try await platform.store.key(key.id)
            let open = KeyVault(
                store: platform.store, ring: platform.ring, catalogue: platform.catalogue,
                client: try platform.vault().client)
            let record = RunRecord(
                kind: .job, runner: platform.store.runner, program: "test", startedAt: platform.clock.now)
            let activeProviders = ActiveProviders(open.catalogue, [:], stored: [provider])
            let sweep = try await Sweep(
                vault: open, activeProviders: activeProviders, options: RunOptions(), lease: SliceLease(runner: "r"),
                mayClaim: false,
                auditedRun: try AuditedRun(record), startedAt: platform.clock.now, progress: { _ in })
            let facts = try #require(sweep.facts(of: provider))
            sweep.record(DueKey(key: stored, ciphertext: []), by: facts, as: Judging.observation(.endpointChanged))
            #expect(sweep.batch.results.map(\.isOnTenantsHost) == [isTenants])
        }
    }

    @Test(
        "A notice that an alive answer has made untrue before the mail was sent is not reported",
        arguments: [Finding.keyTypeRetired, .endpointChanged])
    func overtaken(finding: Finding) async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(onOwnHostOf: "azure_openai")
            for _ in 0...7 {
                try await platform.record(finding, of: key)
                platform.clock.advance(days: 1)
            }
            #expect(try await platform.texts("SELECT state FROM notice") == ["waiting"])
            try await platform.record(.valid, of: key)
            try await platform.revalidate()
            #expect(try await platform.texts("SELECT state FROM notice") == ["dropped"])
            #expect(try platform.mails().isEmpty)
        }
    }

    @Test("The end of recovery is not reported if an operator has enabled the key meanwhile")
    func givenUpNoMore() async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey()
            while let next = try await platform.health(key).nextProbeAt {
                platform.clock.advance(seconds: next.timeIntervalSince(platform.clock.now))
                try await platform.revalidate { $0.sendsNotices = false }
            }
            try await platform.store.enable(key.id)
            try await platform.revalidate()
            #expect(try await platform.texts("SELECT state FROM notice WHERE kind = 'key_given_up'") == ["dropped"])
        }
    }

    @Test("After 90 days the tenant is told that the key is no longer probed, and that it stays stored")
    func givenUp() async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey()
            while let next = try await platform.health(key).nextProbeAt {
                platform.clock.advance(seconds: next.timeIntervalSince(platform.clock.now))
                try await platform.revalidate()
            }
            try await platform.revalidate()
            let mails = try platform.mails().filter {
                $0.header("Subject") == "Your OpenAI key “OpenAI” is no longer checked"
            }
            #expect(mails.count == 1)
            #expect(mails.first?.words.contains("stays stored, encrypted, until you delete it") == true)
            #expect(try await platform.store.key(key.id).health.status == .disabled)
        }
    }

    @Test("A disabling and the end of recovery, both unreported, are one section: no longer probed")
    func givenUpAlone() {
        let items = [MailContent.Item.sample(.keyDisabled), .sample(.keyGivenUp)]
        #expect(MailContent.gathered(items).map(\.kind) == [.keyGivenUp])
    }
}

/// At most one pair of mails a day says that a key was disabled and recovered (ruling 34).
struct NoticesPairTests {
    @Test("A second pair within a day waits until the day is over, and then reports the key's present state")
    func heldBack() async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey()
            try await platform.comesBack(key)
            #expect(try platform.mails().count == 2)
            try await platform.goes(key)
            try await platform.comesBack(key)
            #expect(try platform.mails().count == 2)
            #expect(
                try await platform.texts("SELECT kind || ' ' || state FROM notice ORDER BY created_at, kind") == [
                    "key_disabled mailed", "key_works_again mailed", "key_disabled waiting", "key_works_again waiting",
                ])
            platform.clock.advance(days: 1)
            try await platform.revalidate()
            #expect(try platform.mails().count == 3)
            #expect(try await platform.texts("SELECT DISTINCT state FROM notice") == ["mailed"])
        }
    }

    @Test("A notice that waits and is no longer true is dropped")
    func dropped() async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey()
            try await platform.comesBack(key)
            try await platform.goes(key)
            try await platform.store.enable(key.id)
            try await platform.revalidate()
            #expect(try platform.mails().count == 2)
            #expect(
                try await platform.texts("SELECT state FROM notice WHERE kind = 'key_disabled' ORDER BY created_at")
                    == ["mailed", "dropped"])
        }
    }

    @Test("Meanwhile notices about other keys are sent")
    func others() async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey()
            try await platform.comesBack(key)
            try await platform.goes(key)
            _ = try await platform.addKey("valid_no_balance", provider: "deepseek")
            try await platform.revalidate()
            let last = try await platform.texts("SELECT subject FROM mail ORDER BY created_at, id").last
            #expect(last == "Your DeepSeek key “DeepSeek” is out of credit")
        }
    }

    @Test("Without visible credit an exhaustion ends after two good days, and a second one is reported again")
    func creditComesBack() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey("quota_credit_balance_exhausted")
            for _ in 0..<3 {
                try await platform.revalidate()
                platform.clock.advance(days: 1)
            }
            try await platform.set(key, .valid)
            try await platform.revalidate()
            #expect(try await platform.health(key).exhaustedSince != nil)
            platform.clock.advance(days: 1)
            try await platform.revalidate()
            #expect(try await platform.health(key).exhaustedSince == nil)
            #expect(try await platform.events(of: key).filter { $0 == "key.credit_restored" }.count == 1)
            platform.clock.advance(days: 60)
            try await platform.set(key, "quota_credit_balance_exhausted")
            try await platform.revalidate()
            #expect(try platform.mails().count == 2)
        }
    }
}

extension Platform {
    /// Stores a valid key; for Azure, on a resource of the tenant's own.
    fileprivate func addKey(onOwnHostOf provider: String) async throws -> TestKey {
        let text = try simulator.newKey(for: provider)
        let params = provider == "azure_openai" ? ["resource": "acme"] : [:]
        let new = try NewKey(tenantID: "acme", provider: provider, params: params)
        let key = try await vault().add(new, secret: SecretBytes(copying: text.utf8), probing: false).key
        return TestKey(id: key.id, provider: provider, text: text)
    }

    /// Records an answer as `keys test` does, without a probe.
    fileprivate func record(_ finding: Finding, of key: TestKey) async throws {
        let provider = try #require(catalogue[key.provider])
        let observation = Judging.observation(finding, at: clock.now)
        _ = try await store.record(
            observation, of: store.key(key.id), typed: nil, provider: ProviderFacts(provider, nil), timing: Timing(),
            breaker: Breaker.Settings())
    }

    /// The provider accepts the key again, and a run an hour later recovers it.
    fileprivate func comesBack(_ key: TestKey) async throws {
        try await set(key, .valid)
        try await keepAlive(key, days: 1.0 / 24)
        #expect(try await revalidate().transitions["recovered"] == 1)
    }

    /// The provider refuses the key; its suspicion is backdated, so that a run within the hour disables it.
    fileprivate func goes(_ key: TestKey) async throws {
        try await set(key, .invalid)
        try await keepAlive(key, days: 1.0 / 24)
        try await revalidate()
        clock.advance(seconds: 60)
        let day = UTCText.string(clock.now - 1.1 * Timing.day)
        let now = UTCText.string(clock.now)
        try await execute(
            "UPDATE key_health SET suspected_since = '\(day)', suspect_counted_from = '\(day)' WHERE key_id = '\(key.id)'"
        )
        try await execute("UPDATE key_health SET next_probe_at = '\(now)'")
        let report = try await revalidate()
        #expect(report.transitions["disabled"] == 1, "\(report.changes)")
    }
}

extension ParsedMail {
    /// The text with each run of white space replaced by one space.
    var words: String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
