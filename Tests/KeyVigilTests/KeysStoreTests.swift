import Database
import Foundation
import KeyVigil
import Secrets
import TestSupport
import Testing
import Vocabulary

struct KeysStoreTests {
    @Test("A stored key can be opened, is due at once, and shows its prefix only")
    func added() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        #expect(key.label == "OpenAI")
        #expect(key.prefix == "sk-proj-")
        #expect(key.hint == "sk-proj-…")
        #expect(key.health.status == .active)
        #expect(key.health.nextProbeAt == fixture.clock.now)
        #expect(key.health.version == 1)
        let stored = try await fixture.store.key(key.id.uppercased())
        #expect(stored.health == key.health && stored.associatedData == key.associatedData)
        let sealed = try #require(
            try await fixture.store.database.read { try KeyTable.ciphertext(keyID: key.id, in: $0) })
        let opened = try Sealer(fixture.vault.ring).open(sealed, associatedData: stored.associatedData)
        #expect(opened.withBytes { Array($0) } == Array(KeysFixture.secret.utf8))
        #expect(!(fixture.bytes()).contains(Data(KeysFixture.secret.utf8.dropFirst(8).prefix(12))))
    }

    static let refused: [(provider: String, tenant: String, secret: String, word: String)] = [
        ("nobody", "acme", KeysFixture.secret, "nobody"), ("openai", "nobody", KeysFixture.secret, "tenant"),
        ("openai", "acme", "", "the key is empty"), ("openai", "acme", "sk two", "space"),
        ("openai", "acme", "sk-é", "space"),
        ("openai", "acme", "sk-\u{1}x", "space"), ("openai", "acme", String(repeating: "k", count: 4097), "4096"),
        ("azure_openai", "acme", KeysFixture.secret, "resource"),
        ("openai", "quiet", KeysFixture.secret, "may not bring keys"),
        ("0123456789abcdef0123456789abcdef", "acme", KeysFixture.secret, "of this name"),
        ("sk-0123456789abcdef0123456789abcdef", "acme", KeysFixture.secret, "of this name"),
    ]

    @Test("Invalid input is refused with what to do, and nothing is written", arguments: refused)
    func refusals(provider: String, tenant: String, secret: String, word: String) async throws {
        let fixture = try await KeysFixture()
        try await fixture.addTenant("quiet", byok: false)
        let error = await #expect(throws: InvalidInput.self) {
            _ = try await fixture.add(secret, provider: provider, tenant: tenant)
        }
        #expect(error?.description.contains(word) == true)
        #expect(try await fixture.texts("SELECT id FROM stored_key").isEmpty)
        #expect(try await fixture.texts("SELECT event FROM audit_entry WHERE event LIKE 'key.%'").isEmpty)
    }

    @Test("Replacing a key increments its version, ends suspicion and waiting notices, and makes it due at once")
    func replaced() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        try await fixture.set(key.id) { health in
            let date = Date(timeIntervalSince1970: 1_772_000_000)
            health.suspect(since: date)
            health.record(.sample(.providerError, at: date))
            _ = health.runOutOfCredit(at: date)
            health.schedule(Date(timeIntervalSince1970: 1_800_000_000))
        }
        try await fixture.execute(
            """
            INSERT INTO notice (id, tenant_id, subject, kind, episode, facts, created_at)
            VALUES ('\(UUID().uuidString.lowercased())', 'acme', '\(key.id)', 'key_disabled', 'e', '{}', 'now')
            """)
        try await fixture.replace(key.id)
        let after = try await fixture.store.key(key.id)
        #expect(after.health.version == 2)
        #expect(after.health.suspicion == nil)
        #expect(after.health.exhaustedSince == nil)
        #expect(after.health.unknownCount == 0 && after.health.nextProbeAt == fixture.clock.now)
        #expect(after.health.slice == key.health.slice && after.health.slot == key.health.slot)
        #expect(try await fixture.texts("SELECT state FROM notice") == ["dropped"])
        #expect(try await fixture.events(of: key.id) == ["key.added", "key.replaced"])
    }

    @Test("Replacing enables a key that the job disabled, not one that an operator disabled, and is refused if revoked")
    func replacedDisabled() async throws {
        let fixture = try await KeysFixture()
        let byJob = try await fixture.add()
        let byOperator = try await fixture.add()
        let revoked = try await fixture.add()
        try await fixture.set(byJob.id) { $0.disableByJob(at: Date(timeIntervalSince1970: 1_772_000_000)) }
        try await fixture.store.disable(byOperator.id)
        try await fixture.store.revoke(revoked.id)
        try await fixture.replace(byJob.id)
        try await fixture.replace(byOperator.id)
        await #expect(throws: InvalidInput.self) { try await fixture.replace(revoked.id) }
        let job = try await fixture.store.key(byJob.id).health
        #expect(job.status == .active)
        #expect(job.disabling == nil)
        #expect(job.nextProbeAt == fixture.clock.now)
        let kept = try await fixture.store.key(byOperator.id).health
        #expect(
            kept.status == .disabled && kept.disabling?.by == .operator && kept.version == 2 && kept.nextProbeAt == nil)
        #expect(try await fixture.store.key(revoked.id).health.version == 1)
    }

    @Test("Enable, disable and revoke return what they changed; a revocation is final")
    func statuses() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        try await fixture.store.disable(key.id)
        var health = try await fixture.store.key(key.id).health
        #expect(health.status == .disabled)
        #expect(health.disabling?.by == .operator)
        #expect(health.nextProbeAt == nil)
        try await fixture.store.enable(key.id)
        health = try await fixture.store.key(key.id).health
        #expect(health.status == .active)
        #expect(health.disabling == nil)
        #expect(health.nextProbeAt == fixture.clock.now)
        try await fixture.store.revoke(key.id)
        #expect(try await fixture.store.key(key.id).health.nextProbeAt == nil)
        await #expect(throws: InvalidInput.self) { try await fixture.store.enable(key.id) }
        await #expect(throws: InvalidInput.self) { try await fixture.store.disable(key.id) }
        await #expect(throws: InvalidInput.self) { try await fixture.store.disable(UUID().uuidString) }
        #expect(
            try await fixture.events(of: key.id) == ["key.added", "key.disabled", "key.enabled", "key.revoked"])
        #expect(try await fixture.texts("SELECT DISTINCT actor FROM audit_entry") == ["operator"])
    }

    @Test("There is one default for each tenant, scope and provider")
    func defaults() async throws {
        let fixture = try await KeysFixture()
        let first = try await fixture.add(isDefault: true)
        let second = try await fixture.add()
        let scoped = try await fixture.add(scope: "project:42", isDefault: true)
        let groq = try await fixture.add("gsk_" + String(repeating: "a", count: 52), provider: "groq", isDefault: true)
        try await fixture.store.makeDefault(second.id)
        func defaults() async throws -> Set<String> {
            Set(try await fixture.texts("SELECT id FROM stored_key WHERE is_default"))
        }
        #expect(try await defaults() == [second.id, scoped.id, groq.id])
        let third = try await fixture.add(isDefault: true)
        #expect(try await defaults() == [third.id, scoped.id, groq.id])
        #expect(!(try await fixture.store.key(first.id).isDefault))
    }

    @Test(
        "A deleted key is erased from file and write-ahead log; its audit rows stay",
        .enabled(if: !TestStore.isOnServer))
    func deleted() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        let sealed = try #require(
            try await fixture.store.database.read { try KeyTable.ciphertext(keyID: key.id, in: $0) })
        let part = Data(sealed.suffix(64))
        #expect(fixture.bytes().contains(part))
        try await fixture.store.delete(key.id)
        #expect(!(fixture.bytes()).contains(part))
        await #expect(throws: InvalidInput.self) { _ = try await fixture.store.key(key.id) }
        #expect(try await fixture.texts("SELECT key_id FROM key_health").isEmpty)
        #expect(try await fixture.events(of: key.id) == ["key.added", "key.deleted"])
    }

    @Test("A replaced secret is erased from file and write-ahead log", .enabled(if: !TestStore.isOnServer))
    func replacedBytes() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        let sealed = try #require(
            try await fixture.store.database.read { try KeyTable.ciphertext(keyID: key.id, in: $0) })
        try await fixture.replace(key.id)
        #expect(!(fixture.bytes()).contains(Data(sealed.suffix(64))))
    }

    @Test("A health is written only if the stored one is the one that was read")
    func staleHealth() async throws {
        let fixture = try await KeysFixture()
        let key = try await fixture.add()
        let due = fixture.clock.now
        let edits: [@Sendable (inout KeyHealth) -> Void] = [
            { try? $0.replace(at: due) }, { $0.revoke() }, { $0.schedule(nil) },
            { $0.schedule(Date(timeIntervalSince1970: 0)) }, { try? $0.disable(at: due) },
            { $0.suspect(since: Date(timeIntervalSince1970: 0)) }, { $0.lastCheckedAt = due },
        ]
        for edit in edits {
            var seen = key.health
            edit(&seen)
            let stale = seen
            let isWritten = try await fixture.store.transaction {
                try HealthTable.write(key.health, keyID: key.id, ifStill: stale, in: $0)
            }
            #expect(!isWritten)
        }
        #expect(
            try await fixture.store.transaction {
                try HealthTable.write(key.health, keyID: key.id, ifStill: key.health, in: $0)
            })
    }
}
