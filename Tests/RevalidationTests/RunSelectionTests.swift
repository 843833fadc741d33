import Database
import Foundation
import KeyVigil
import Secrets
import Simulator
import Testing

@testable import Revalidation

/// Which keys a run probes, and which it leaves alone.
struct RunSelectionTests {
    @Test("Tenant, provider and limit select keys")
    func chosen() async throws {
        try await Platform.run { platform in
            try await platform.addTenant("other")
            _ = try await platform.addKeys(3)
            _ = try await platform.addKeys(4, tenant: "other")
            _ = try await platform.addKeys(5, provider: "groq", tenant: "other")
            let tenant = try await platform.revalidate { $0.selection.tenantID = "acme" }
            #expect(tenant.keys.due == 3 && tenant.keys.probed == 3)
            let provider = try await platform.revalidate { $0.selection.provider = "groq" }
            #expect(provider.keys.due == 5)
            #expect(provider.keys.probed == 5)
            #expect(provider.providers.keys.sorted() == ["groq"])
            let limited = try await platform.revalidate { $0.selection.limit = 3 }
            #expect(limited.keys.probed == 3 && limited.outcome == .complete)
            #expect(try await platform.revalidate().keys.probed == 1)
        }
    }

    @Test("A run over all keys includes those that are not due, and still keeps the gap")
    func all() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(3)
            let bad = try await platform.addKey(.invalid)
            try await platform.revalidate()
            for _ in 0..<3 {
                platform.clock.advance(hours: 1)
                let report = try await platform.revalidate { $0.selection.all = true }
                #expect(report.keys.probed == 4 && report.transitions["disabled"] == 0)
            }
            #expect(try await platform.health(bad).suspicion?.deadCount == 1)
        }
    }

    @Test("Keys of a provider that this program does not know are left alone and reported")
    func unknownProvider() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKey()
            let key = try await platform.addKey(.invalid)
            try await platform.execute("UPDATE stored_key SET provider = 'future' WHERE id = '\(key.id)'")
            try await platform.execute("UPDATE key_health SET provider = 'future' WHERE key_id = '\(key.id)'")
            let before = try await platform.health(key)
            for _ in 0..<3 {
                let report = try await platform.revalidate()
                #expect(report.attention.isEmpty)
                #expect(report.exitStatus == 0 && report.findings["unsupported"] == 1)
                platform.clock.advance(days: 3)
            }
            #expect(try await platform.health(key) == before)
            let report = try await platform.revalidate()
            #expect(report.coverage?.uncheckable == 1 && report.coverage?.overdue == 0)
        }
    }

    @Test("Keys of another ring are left alone, unmarked, and reported")
    func foreignRing() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(.invalid)
            let before = try await platform.health(key)
            let other = try KeyRing(try KeyRing.newKey().utf8)
            let report = try await platform.revalidate(platform.vault(ring: other))
            #expect(report.attention.texts == ["1 key is sealed with a master key that is not in this ring"])
            #expect(report.exitStatus == 3 && report.keys.probed == 0)
            #expect(try await platform.health(key) == before)
            #expect(await platform.probes(key) == 0)
        }
    }

    @Test("The ciphertext of a replaced key, put back, is undecryptable and reaches no provider")
    func putBack() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey()
            let old = try await platform.store.database.read { try KeyTable.ciphertext(keyID: key.id, in: $0) }
            try await platform.replace(key)
            let sealed = try #require(old)
            _ = try await platform.store.database.transaction { connection in
                try connection.execute("UPDATE stored_key SET ciphertext = $1", [.blob(sealed)])
            }
            let report = try await platform.revalidate()
            #expect(report.findings == ["undecryptable": 1])
            #expect(report.keys.probed == 0)
            #expect(await platform.probes(key) == 0)
        }
    }

    @Test("Ciphertexts swapped between rows are undecryptable, never dead, and reach no provider")
    func swapped() async throws {
        try await Platform.run { platform in
            let keys = [try await platform.addKey(), try await platform.addKey(.invalid)]
            _ = try await platform.store.database.transaction { connection in
                let sealed = try keys.compactMap { try KeyTable.ciphertext(keyID: $0.id, in: connection) }
                for (key, other) in zip(keys, sealed.reversed()) {
                    try connection.execute(
                        "UPDATE stored_key SET ciphertext = $1 WHERE id = $2", [.blob(other), .id(key.id)])
                }
            }
            for _ in 0..<3 {
                let report = try await platform.revalidate()
                #expect(report.findings == ["undecryptable": 2])
                #expect(report.keys.dead == 0)
                #expect(report.keys.probed == 0)
                platform.clock.advance(days: 4)
            }
            for key in keys {
                let health = try await platform.health(key)
                #expect(health.status == .active)
                #expect(health.suspicion == nil)
                #expect(health.lastConclusiveAt == nil)
                #expect(await platform.probes(key) == 0)
            }
            #expect(try await platform.revalidate().coverage?.overdue == 0)
        }
    }

    @Test("Keys of a tenant without BYOK and of a provider that is switched off are not probed")
    func off() async throws {
        try await Platform.run { platform in
            try await platform.addTenant("other")
            let quiet = try await platform.addKey(tenant: "other")
            let off = try await platform.addKey(provider: "groq")
            let on = try await platform.addKey()
            try await platform.store.changeTenant("other") { $0.byok = false }
            try await platform.store.disable(quiet.id)
            try await platform.store.enable(quiet.id)
            platform.clock.advance(days: 8)
            let report = try await platform.revalidate(platform.vault(switchedOff: ["groq"])) {
                $0.selection.all = true
            }
            #expect(await platform.probes(quiet) == 0)
            #expect(await platform.probes(off) == 0)
            #expect(await platform.probes(on) == 1)
            #expect(report.coverage?.enabled == 1)
            #expect(report.coverage?.overdue == 0)
            #expect(report.attention.isEmpty)
            try await platform.store.changeTenant("other") { $0.byok = true }
            #expect(try await platform.revalidate().keys.probed == 2)
        }
    }

    @Test("A key that an operator disabled or revoked is never probed")
    func operatorsWord() async throws {
        try await Platform.run { platform in
            let disabled = try await platform.addKey()
            let revoked = try await platform.addKey()
            try await platform.store.disable(disabled.id)
            try await platform.store.revoke(revoked.id)
            platform.clock.advance(days: 100)
            #expect(try await platform.revalidate { $0.selection.all = true }.keys.probed == 0)
        }
    }

    @Test("A dry run probes, reports the transitions, and writes only a run and one audit row")
    func dryRun() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey(expiresAt: platform.clock.now + 20 * 86_400)
            _ = try await platform.addKey(.invalid)
            try await platform.revalidate()
            try await platform.keepAlive(good)
            _ = try await platform.addKey(.invalid, expiresAt: platform.clock.now + 5 * 86_400)
            _ = try await platform.addKey()
            _ = try await platform.addKey("valid_no_balance", provider: "deepseek")
            let before = try await platform.dump()
            let rows = try await platform.count("SELECT count(*) FROM audit_entry")
            for _ in 0..<2 {
                let report = try await platform.revalidate { $0.isDryRun = true }
                #expect(report.dryRun && report.keys.probed == 5)
                #expect(report.transitions["disabled"] == 1 && report.transitions["suspected"] == 1)
            }
            #expect(try await platform.dump() == before)
            #expect(try await platform.count("SELECT count(*) FROM audit_entry") == rows + 2)
        }
    }
}
