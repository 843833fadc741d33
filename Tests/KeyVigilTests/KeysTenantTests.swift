import Database
import Foundation
import KeyVigil
import TestSupport
import Testing
import Vocabulary

struct KeysTenantTests {
    @Test("A tenant is added, changed and removed, each with an audit row that names no address")
    func life() async throws {
        let fixture = try await KeysFixture()
        try await fixture.store.changeTenant("acme") { tenant in
            tenant.name = "Acme & Söhne"
            tenant.addresses = ["b@acme.example", "a@acme.example"]
            tenant.onDisabled = .fail
        }
        let tenant = try #require(try await fixture.store.database.read { try $0.tenant("acme") })
        #expect(tenant.name == "Acme & Söhne" && tenant.onDisabled == .fail)
        #expect(tenant.addresses == ["a@acme.example", "b@acme.example"])
        try await fixture.store.removeTenant("acme")
        #expect(try await fixture.store.database.read { try $0.tenants() }.isEmpty)
        #expect(try await fixture.texts("SELECT address FROM recipient").isEmpty)
        #expect(
            try await fixture.texts(
                "SELECT event FROM audit_entry a JOIN run r ON r.id = a.run_id ORDER BY \(TestStore.age("r"))")
                == ["tenant.added", "tenant.changed", "tenant.removed"])
        #expect(
            !(try await fixture.texts("SELECT coalesce(details, '') FROM audit_entry")).contains { $0.contains("@") })
    }

    @Test("An address changes its role and keeps what is known of it; nobody has both roles")
    func roles() async throws {
        let fixture = try await KeysFixture()
        try await fixture.store.changeTenant("acme") { $0.members = ["b@acme.example", "a@acme.example"] }
        try await fixture.execute("UPDATE recipient SET suppressed = TRUE WHERE address = 'a@acme.example'")
        try await fixture.store.changeTenant("acme") { tenant in
            tenant.addresses = ["a@acme.example"]
            tenant.members = ["owner@acme.example"]
        }
        let tenant = try await fixture.store.tenant("acme")
        #expect(tenant.addresses == ["a@acme.example"] && tenant.members == ["owner@acme.example"])
        #expect(
            try await fixture.texts("SELECT address FROM recipient WHERE suppressed AND role = 'owner'")
                == ["a@acme.example"])
        await #expect(throws: InvalidInput.self) {
            try await fixture.store.changeTenant("acme") { $0.members = ["A@acme.example"] }
        }
        #expect(try await fixture.store.tenant("acme").members == ["owner@acme.example"])
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

    @Test(
        "Without BYOK no key is on the schedule, whatever is done to it; with it again, all that the job looks after are"
    )
    func byok() async throws {
        let fixture = try await KeysFixture()
        let keys = [try await fixture.add(), try await fixture.add(), try await fixture.add(), try await fixture.add()]
        try await fixture.set(keys[1].id) { health in
            health.status = .disabled
            health.disabling = .init(by: .job, at: Date(timeIntervalSince1970: 1_772_000_000), finding: .invalid)
        }
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

    @Test(
        "Addresses that a server could read as a second command are refused",
        arguments: [
            "a", "a@", "@b", "a b@c.example", "a@b.example\r\nRCPT TO:<x@y.example>", "a@b@c", "é@b.example",
            "<a@b.example>",
        ])
    func addresses(text: String) {
        #expect(throws: InvalidInput.self) { try Tenant.checkAddresses([text]) }
    }
}
