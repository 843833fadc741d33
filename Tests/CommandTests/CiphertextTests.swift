import Foundation
import KeyVigil
import Secrets
import TestSupport
import Testing

@Suite("Ciphertexts in other rows", .serialized)
struct CiphertextTests {
    @Test(
        "Of 100 keys none opens in the row of another key; a run marks each as undecryptable, disables none (S5)",
        arguments: [false, true])
    func swapped(isOnServer: Bool) async throws {
        let machine = try await Machine.make(onServer: isOnServer)
        try await importHundred(machine)
        let stored = try await Ciphertexts.read(machine)
        #expect(stored.count == 100)
        #expect(try await openings(machine, stored) == 100, "each in its own row, and nowhere else")

        // Every key gets the ciphertext of the next, so that most change tenant, provider or both.
        let moved = zip(stored, stored.dropFirst() + stored.prefix(1)).map { ($0.id, $1.bytes) }
        try await Ciphertexts.write(moved, machine)
        let run = try await machine.run("run", "--all", "--json", "--no-notify", days: 1)
        #expect(run.number("keys", "unknown") == 100 && run.number("findings", "undecryptable") == 100, "\(run)")
        #expect(run.number("keys", "dead") == 0 && run.number("keys", "alive") == 0)
        let health = try await machine.rows("SELECT DISTINCT status, last_finding FROM key_health", columns: 2)
        #expect(health == [["active", "undecryptable"]])
        let told =
            "SELECT count(DISTINCT key_id) FROM audit_entry WHERE event = 'key.probed' AND finding = 'undecryptable'"
        #expect(try await machine.value(told) == "100")
        #expect(await machine.simulator.requestCount(provider: "openai") == 0)
        #expect(try await machine.inspection(days: 1).violations().isEmpty)
    }

    private func importHundred(_ machine: Machine) async throws {
        let tenants = ["acme", "birch", "cedar", "dune"]
        let providers = ["openai", "groq", "anthropic"]
        for tenant in tenants { try await machine.addTenant(tenant) }
        var keys: [(String, String, String)] = []
        for number in 0..<100 {
            let provider = providers[number % 3]
            keys.append((tenants[number % 4], provider, try await machine.newSecret(provider)))
        }
        try await machine.importKeys(keys)
    }

    /// The number of pairs of a row and a ciphertext that open, of all 10,000.
    private func openings(_ machine: Machine, _ stored: [Ciphertexts.Stored]) async throws -> Int {
        let bound = try await machine.open().read { connection in
            try stored.map { try KeyTable.key($0.id, in: connection)?.associatedData ?? [] }
        }
        let sealer = try Sealer(KeyRing(machine.masterKey.utf8))
        return bound.reduce(0) { sum, data in
            sum + stored.count { (try? sealer.open($0.bytes, associatedData: data)) != nil }
        }
    }
}
