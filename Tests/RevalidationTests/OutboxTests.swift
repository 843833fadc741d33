import Curl
import Database
import Foundation
import Judgement
import KeyVigil
import Mail
import Simulator
import TestSupport
import Testing

@testable import Revalidation

/// Which mails are composed from notices.
struct OutboxTests {
    @Test("Each recipient gets one mail of its own for all keys of a run")
    func oneMail() async throws {
        try await Platform.run { platform in
            try await platform.addTenant("two", addresses: ["a@two.example", "b@two.example"])
            let good = try await platform.addKey()
            let other = try await platform.addKey(provider: "groq")
            _ = try await platform.addKeys(2, .invalid)
            _ = try await platform.addKeys(2, .invalid, provider: "groq", tenant: "two")
            try await platform.revalidate()
            try await platform.keepAlive(good)
            try await platform.keepAlive(other, days: 0)
            let report = try await platform.revalidate()
            #expect(report.transitions["disabled"] == 4)
            #expect(report.notices.queued == 4)
            #expect(report.notices.sent == 3)
            let mails = try platform.mails()
            #expect(
                mails.compactMap { $0.header("To") }.sorted() == [
                    "a@two.example", "b@two.example", "owner@acme.example",
                ])
            #expect(Set(mails.compactMap { $0.header("Message-ID") }).count == 3)
            #expect(mails.allSatisfy { $0.defects.isEmpty })
            #expect(try await platform.count("SELECT count(*) FROM mail_notice") == 6)
            try await platform.revalidate()
            #expect(try platform.mails().count == 3)
        }
    }

    @Test(
        "A notice that is no longer true is dropped and not reported",
        arguments: ["enable", "replace", "delete", "disable"])
    func dropped(how: String) async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey { $0.sendsNotices = false }
            let store = platform.store
            switch how {
            case "enable": try await store.enable(key.id)
            case "replace": try await platform.replace(key)
            case "delete": try await store.delete(key.id)
            default: try await store.disable(key.id)
            }
            let transport = ScriptedTransport()
            #expect(try await platform.revalidate(mail: transport).notices.sent == 0)
            #expect(await transport.handed.isEmpty)
            #expect(try await platform.texts("SELECT state FROM notice") == ["dropped"])
        }
    }

    @Test("A key disabled and recovered while mail was off gets one mail that says both")
    func downAndUp() async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey { $0.sendsNotices = false }
            try await platform.set(key, .valid)
            platform.clock.advance(days: 1)
            let report = try await platform.revalidate()
            #expect(report.notices.sent == 1)
            let mail = try #require(try platform.mails().first)
            #expect(mail.text.contains("works again") || mail.header("Subject")?.contains("again") == true)
            #expect(try await platform.texts("SELECT state FROM notice") == ["mailed", "mailed"])
            #expect(try await platform.count("SELECT count(*) FROM mail_notice") == 2)
        }
    }

    @Test("Credit that ran out is reported once per episode")
    func exhausted() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey("valid_no_balance", provider: "deepseek")
            for sent in [1, 0, 0] {
                #expect(try await platform.revalidate().notices.sent == sent)
                platform.clock.advance(days: 1)
            }
            try await platform.set(key, .valid)
            let restored = try await platform.revalidate()
            #expect(restored.notices.sent == 0)
            #expect(try await platform.events(of: key).last == "key.credit_restored")
            try await platform.set(key, "valid_no_balance")
            platform.clock.advance(days: 7)
            #expect(try await platform.revalidate().notices.sent == 1)
        }
    }

    @Test("The mail names as still working what the platform would use instead, with any number of keys")
    func alternatives() async throws {
        try await Platform.run { platform in
            try await platform.store.changeTenant("acme") { $0.onDisabled = .fail }
            _ = try await platform.addKeys(60, provider: "groq")
            let good = try await platform.addKeys(13)
            let key = try await platform.disabledKey { $0.sendsNotices = false }
            try await platform.keepAlive(good[0], days: 0)
            try await platform.revalidate { $0.selection.limit = 0 }
            let told = try #require(try platform.mails().last).text
            #expect(told.contains("Still working: your other OpenAI keys."))
            #expect(told.contains("and 4 more") && told.contains("and 50 more"))

            // A key of another scope is no alternative.
            try await platform.execute(
                "UPDATE stored_key SET scope_kind = 'user', scope_id = id WHERE provider = 'openai'")
            try await platform.execute("UPDATE notice SET state = 'waiting'")
            try await platform.execute("UPDATE mail SET state = 'suppressed'")
            try await platform.revalidate { $0.selection.limit = 0 }
            let alone = try #require(try platform.mails().last { $0.text.contains("fail until you fix it") })
            #expect(alone.text.contains("You have no other working OpenAI key here"))
            #expect(try await platform.health(key).status == .disabled)

            // A key without a scope is an alternative only if the tenant's policy is to fall back.
            let policies: [(Tenant.DisabledPolicy, String)] = [
                (.fail, "fail until you fix it"), (.fallback, "Still working: your other"),
            ]
            for (policy, says) in policies {
                try await platform.store.changeTenant("acme") { $0.onDisabled = policy }
                try await platform.execute(
                    "UPDATE stored_key SET scope_kind = '', scope_id = '' WHERE id = '\(good[0].id)'")
                try await platform.execute("UPDATE notice SET state = 'waiting'")
                try await platform.execute("UPDATE mail SET state = 'suppressed'")
                let before = try platform.mails().count
                try await platform.revalidate { $0.selection.limit = 0 }
                #expect(try platform.mails().count == before + 1)
                #expect(try platform.mails().contains { $0.text.contains(says) }, "\(policy)")
            }
        }
    }

    @Test("The key that a notice is about is not listed among those that still work, though it works")
    func alternativesOfWorking() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey()
            let now = platform.clock.now
            _ = try await platform.addKey()
            try await platform.revalidate()
            let told = MailComposer.WaitingNotice(
                id: "", kind: .keyExpiring, facts: OwedNotice.Details(finding: .valid, since: now),
                key: try await platform.store.key(key.id))
            let composer = MailComposer(outbox: try platform.outbox(), catalogue: try Catalogue(), now: now)
            let count = try await platform.store.database.read { connection in
                let tenant = try #require(try TenantTable.tenant("acme", in: connection))
                return try composer.working(beside: [told], of: tenant, in: connection).alternatives[key.id]?.count
            }
            #expect(count == 1)
        }
    }

    @Test("A notice of a tenant without an address goes to the operators")
    func toOperators() async throws {
        try await Platform.run { platform in
            try await platform.store.changeTenant("acme") { $0.addresses = [] }
            _ = try await platform.disabledKey { $0.sendsNotices = false }
            try await platform.revalidate(operators: ["ops@platform.example"])
            #expect(try platform.mails().compactMap { $0.header("To") } == ["ops@platform.example"])
        }
    }

    @Test("Without a recipient the notice waits and is reported; once there is one, it is mailed")
    func toNobody() async throws {
        try await Platform.run { platform in
            try await platform.store.changeTenant("acme") { $0.addresses = [] }
            _ = try await platform.disabledKey { $0.sendsNotices = false }
            let report = try await platform.revalidate(operators: [])
            #expect(report.attention.texts == ["1 tenant with notices has no mail address"] && report.exitStatus == 3)
            #expect(try await platform.texts("SELECT state FROM notice") == ["waiting"])
            try await platform.store.changeTenant("acme") {
                $0.addresses = try ["late@acme.example"].map(MailAddress.init)
            }
            #expect(try await platform.revalidate(operators: []).notices.sent == 1)
            #expect(try platform.mails().compactMap { $0.header("To") } == ["late@acme.example"])
        }
    }

    @Test("A notice dropped while others wait for a recipient is in the audit log all the same")
    func droppedForNobody() async throws {
        try await Platform.run { platform in
            try await platform.store.changeTenant("acme") { $0.addresses = [] }
            let key = try await platform.addKey("valid_no_balance", provider: "deepseek")
            _ = try await platform.addKey(expiresAt: platform.clock.now + 20 * Timing.day)
            #expect(try await platform.revalidate(operators: []).notices.queued == 2)
            try await platform.set(key, .valid)
            platform.clock.advance(days: 7)
            let report = try await platform.revalidate(operators: [])
            #expect(report.attention.texts.contains("1 tenant with notices has no mail address"))
            #expect(try await platform.texts("SELECT state FROM notice ORDER BY state").first == "dropped")
            #expect(try await platform.store.database.read { try AuditVerification.ofLog(in: $0).faults.isEmpty })
        }
    }

    @Test("A stored text that is no mail address gets no mail, is reported, and delays no other owner")
    func unusableAddress() async throws {
        try await Platform.run { platform in
            try await platform.addStoredOwner("it@-bad.example")
            _ = try await platform.disabledKey { $0.sendsNotices = false }
            let report = try await platform.revalidate()
            #expect(report.attention.texts == ["1 address of a tenant with notices is no mail address; correct it"])
            #expect(try platform.mails().compactMap { $0.header("To") } == ["owner@acme.example"])
        }
    }

    @Test("Notices of a tenant whose owners have no usable address go to the operators")
    func onlyUnusableAddresses() async throws {
        try await Platform.run { platform in
            try await platform.store.changeTenant("acme") { $0.addresses = [] }
            try await platform.addStoredOwner("it@-bad.example")
            _ = try await platform.disabledKey { $0.sendsNotices = false }
            let report = try await platform.revalidate(operators: ["ops@platform.example"])
            #expect(report.attention.texts == ["1 address of a tenant with notices is no mail address; correct it"])
            #expect(try platform.mails().compactMap { $0.header("To") } == ["ops@platform.example"])
        }
    }

    @Test("An international address that another program stored gets one mail, at its xn-- form")
    func internationalAddress() async throws {
        try await Platform.run { platform in
            try await platform.store.changeTenant("acme") { $0.addresses = [try MailAddress("a@bücher.example")] }
            try await platform.addStoredOwner("a@bücher.example")
            _ = try await platform.disabledKey()
            #expect(try platform.mails().compactMap { $0.header("To") } == ["a@xn--bcher-kva.example"])
        }
    }

    @Test("No byte of a key beyond its prefix stands in any mail, audit row, run or notice")
    func noKey() async throws {
        try await Platform.run { platform in
            let key = try await platform.disabledKey()
            let texts =
                try await platform.texts("SELECT message FROM mail")
                + platform.texts("SELECT facts FROM notice")
                + platform.texts("SELECT coalesce(summary, '') FROM run")
                + platform.texts("SELECT coalesce(details, '') || coalesce(provider_code, '') FROM audit_entry")
            for start in stride(from: 8, to: key.text.count - 8, by: 1) {
                let part = key.text.dropFirst(start).prefix(8)
                #expect(!texts.contains { $0.contains(part) })
            }
            #expect(
                try await platform.texts("SELECT DISTINCT key_prefix FROM audit_entry WHERE key_id = '\(key.id)'")
                    == [String(key.text.prefix(8))])
        }
    }
}

extension Platform {
    /// Stores an owner of `acme` as another program may, without validation.
    fileprivate func addStoredOwner(_ address: String) async throws {
        try await execute("INSERT INTO recipient (tenant_id, address, role) VALUES ('acme', '\(address)', 'owner')")
    }

    /// A key of `acme` that a run has just disabled.
    func disabledKey(_ edit: (inout RunOptions) -> Void = { _ in }) async throws -> TestKey {
        let good = try await addKey()
        let key = try await addKey(.invalid)
        try await revalidate()
        try await keepAlive(good)
        #expect(try await revalidate(nil, edit).transitions["disabled"] == 1)
        return key
    }
}
