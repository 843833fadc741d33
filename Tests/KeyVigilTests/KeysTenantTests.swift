import Database
import Foundation
import KeyVigil
import Mail
import TestSupport
import Testing
import Vocabulary

struct KeysTenantTests {
    @Test("A tenant is added, changed and removed, each with an audit row that names no address")
    func life() async throws {
        let fixture = try await KeysFixture()
        try await fixture.store.changeTenant("acme") { tenant in
            tenant.name = "Acme & Söhne"
            tenant.addresses = try ["b@acme.example", "a@acme.example"].map(MailAddress.init)
            tenant.onDisabled = .fail
        }
        let tenant = try #require(try await fixture.store.database.read { try TenantTable.tenant("acme", in: $0) })
        #expect(tenant.name == "Acme & Söhne" && tenant.onDisabled == .fail)
        #expect(tenant.addresses.map(\.text) == ["a@acme.example", "b@acme.example"])
        try await fixture.store.removeTenant("acme")
        #expect(try await fixture.store.database.read { try TenantTable.tenants(in: $0) }.isEmpty)
        #expect(try await fixture.texts("SELECT address FROM recipient").isEmpty)
        #expect(
            try await fixture.texts(
                "SELECT event FROM audit_entry a JOIN run r ON r.id = a.run_id ORDER BY \(TestStore.age("r"))")
                == ["tenant.added", "tenant.changed", "tenant.removed"])
        #expect(
            !(try await fixture.texts("SELECT coalesce(details, '') FROM audit_entry")).contains { $0.contains("@") })
    }

    @Test("An address can change its role and keeps its data; no address has both roles")
    func roles() async throws {
        let fixture = try await KeysFixture()
        try await fixture.store.changeTenant("acme") {
            $0.members = try ["b@acme.example", "a@acme.example"].map(MailAddress.init)
        }
        try await fixture.execute("UPDATE recipient SET suppressed = TRUE WHERE address = 'a@acme.example'")
        try await fixture.store.changeTenant("acme") { tenant in
            tenant.addresses = try ["a@acme.example"].map(MailAddress.init)
            tenant.members = try ["owner@acme.example"].map(MailAddress.init)
        }
        let tenant = try await fixture.store.tenant("acme")
        #expect(
            tenant.addresses.map(\.text) == ["a@acme.example"] && tenant.members.map(\.text) == ["owner@acme.example"])
        #expect(
            try await fixture.texts("SELECT address FROM recipient WHERE suppressed AND role = 'owner'")
                == ["a@acme.example"])
        await #expect(throws: InvalidInput.self) {
            try await fixture.store.changeTenant("acme") { $0.members = try ["A@acme.example"].map(MailAddress.init) }
        }
        #expect(try await fixture.store.tenant("acme").members.map(\.text) == ["owner@acme.example"])
    }

    @Test("A tenant is added once, and removed only without keys")
    func refusals() async throws {
        let fixture = try await KeysFixture()
        await #expect(throws: InvalidInput.self) { try await fixture.addTenant("acme") }
        let key = try await fixture.add()
        await #expect(throws: InvalidInput.self) { try await fixture.store.removeTenant("acme") }
        await #expect(throws: InvalidInput.self) { try await fixture.store.removeTenant("nobody") }
        try await fixture.store.delete(key.id)
        try await fixture.store.removeTenant("acme")
    }

    @Test("Without BYOK no key is scheduled, after any change; with BYOK again, all keys that the job checks are")
    func byok() async throws {
        let fixture = try await KeysFixture()
        let keys = [try await fixture.add(), try await fixture.add(), try await fixture.add(), try await fixture.add()]
        try await fixture.set(keys[1].id) { $0.disableByJob(at: Date(timeIntervalSince1970: 1_772_000_000)) }
        try await fixture.store.disable(keys[2].id)
        try await fixture.store.changeTenant("acme") { $0.byok = false }
        try await fixture.store.disable(keys[3].id)
        try await fixture.store.enable(keys[3].id)
        try await fixture.replace(keys[0].id)
        #expect(try await fixture.texts("SELECT key_id FROM key_health WHERE next_probe_at IS NOT NULL").isEmpty)
        fixture.clock.advance(days: 1)
        try await fixture.store.changeTenant("acme") { $0.byok = true }
        let due = try await fixture.texts("SELECT key_id FROM key_health WHERE next_probe_at IS NOT NULL")
        #expect(Set(due) == [keys[0].id, keys[1].id, keys[3].id])
    }

    static let broken: [(String, String, String, String)] = [
        ("a b", "n", "en", "UTC"), ("", "n", "en", "UTC"), ("a", "line\nbreak", "en", "UTC"), ("a", "", "en", "UTC"),
        ("a", "turn\u{202e}ed", "en", "UTC"), ("a", "n", "../en", "UTC"), ("a", "n", "e", "UTC"),
        ("a", "n", "en", "Mars/Base"), ("a", "n", "en", "../etc"), ("é", "n", "en", "UTC"),
    ]

    @Test("Texts that could break a mail or a path are refused", arguments: broken)
    func texts(id: String, name: String, locale: String, zone: String) {
        #expect(throws: InvalidInput.self) {
            try Tenant(id: id, name: name, locale: locale, timeZone: zone, createdAt: .now)
        }
    }

    @Test("A tenant's addresses follow the grammar of the SMTP envelope, each once", arguments: AddressSamples.accepted)
    func addresses(text: String, address: String) throws {
        #expect(try Tenant.checkAddresses([text, address]) == [try MailAddress(address)])
    }

    @Test("A text that is no valid envelope address is refused with the reason", arguments: AddressSamples.refused)
    func refusedAddresses(text: String, fault: InvalidMailAddress) {
        #expect(throws: InvalidInput(fault.description)) { try Tenant.checkAddresses(["a@b.example", text]) }
    }

    @Test("A stored text that is no mail address is shown and kept until its role's addresses are set")
    func unusable() async throws {
        let fixture = try await KeysFixture()
        for (text, role) in [("it@-bad.example", "owner"), ("no address", "member"), ("a@bücher.example", "owner")] {
            try await fixture.execute(
                "INSERT INTO recipient (tenant_id, address, role) VALUES ('acme', '\(text)', '\(role)')")
        }
        let tenant = try await fixture.store.changeTenant("acme") { $0.name = "Acme Ltd" }
        #expect(tenant.addresses.map(\.text) == ["a@xn--bcher-kva.example", "owner@acme.example"])
        #expect(try await fixture.store.tenant("acme").unusableAddresses == ["it@-bad.example", "no address"])
        try await fixture.store.changeTenant("acme") { $0.addresses = $0.addresses }
        #expect(try await fixture.store.tenant("acme").unusableAddresses == ["no address"])
        #expect(
            try await fixture.texts("SELECT address FROM recipient ORDER BY address")
                == ["a@bücher.example", "no address", "owner@acme.example"])
    }
}
