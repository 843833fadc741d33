import Foundation
import Testing

@Suite("A run with `probe.deep`", .serialized)
struct DeepRunTests {
    /// Keys whose exhausted credit only the deep probe sees; Azure's key has no deployment to probe.
    private func machine(_ settings: String) async throws -> Machine {
        let machine = try await Machine(settings: settings)
        try await machine.addTenant()
        for provider in ["openai", "anthropic"] {
            try await machine.strike(try await machine.addKey(provider), "deep_out_of_credit")
        }
        _ = try await machine.addKey("azure_openai")
        return machine
    }

    @Test(
        "sees credit where that is free, with `probe.paid` everywhere, and disables no key for lack of credit",
        arguments: [
            ("probe: {deep: false, paid: true}", 0), ("probe: {deep: true}", 1), ("probe: {deep: true, paid: true}", 2),
        ])
    func exhausted(settings: String, count: Int) async throws {
        let machine = try await machine(settings)
        for days in [7.0, 8, 11] {
            let run = try await machine.run("run", "--all", "--json", days: days)
            #expect(run.number("keys", "alive") == 3 && run.number("keys", "dead") == 0, "\(run)")
            #expect(run.number("findings", "exhausted") ?? 0 == count, "\(run)")
        }
        #expect(try await machine.value("SELECT count(*) FROM key_health WHERE status = 'active'") == "3")
        let paths = Set(await machine.simulator.requests.map(\.path))
        #expect(paths.contains("/v1/messages/count_tokens") == (count > 0))
        #expect(paths.contains("/v1/chat/completions") == (count > 1))
        #expect(!paths.contains { $0.hasPrefix("/openai/deployments") })
    }

    @Test("disables a refused key as without it: the refusals of a deep probe are the provider's own")
    func refused() async throws {
        let machine = try await Machine(settings: "probe: {deep: true, paid: true}")
        try await machine.addTenant()
        let dead = try await machine.addKey()
        _ = try await machine.addKey()
        try await machine.strike(dead)
        for days in [7.0, 8.1, 9.2] { _ = try await machine.run("run", "--all", days: days) }
        let shown = try await machine.show(dead, days: 9.2)
        #expect(shown["status"] as? String == "disabled" && shown["finding"] as? String == "invalid")
    }
}
