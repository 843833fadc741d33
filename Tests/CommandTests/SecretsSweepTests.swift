import Foundation
import Simulator
import TestSupport
import Testing

@Suite("No byte of a key beyond its prefix", .serialized)
struct SecretsSweepTests {
    /// Scenarios for the keys of every provider: its own answers, some of which repeat the key, and failures.
    private static let fates: [Scenario] = ["invalid", "down", "truncated", "drop", "slow:3"]

    /// Providers whose keys have no known prefix, so that four characters of a key are stored.
    private static let withoutMark: Set = ["azure_openai", "mistral"]

    private struct Canary {
        let provider: String
        let secret: String
        let prefix: Int
    }

    @Test("reaches output, mail, store, metrics or process table, in any of eleven encodings")
    func sweep() async throws {
        let server = try await MailServer()
        let machine = try await Machine(
            mail: server.settings, settings: "metrics: {file: HOME/metrics}\nprobe: {timeout: 1s}")
        try await machine.addTenant()
        var outputs: [String: String] = [:]
        let canaries = try await store(on: machine, &outputs)
        let scanner = LeakScanner(canaries.map { ($0.provider, $0.secret, $0.prefix) })
        try provesItself(scanner, canaries)

        var leaks: Set<LeakScanner.Leak> = []
        for (day, arguments) in [
            (1.0, ["run", "--all", "--json"]), (2.01, ["run", "--all"]), (3.1, ["run", "--all", "--json"]),
            (3.2, ["run", "--all", "--dry-run"]),
        ] {
            let program = try machine.start(arguments, days: day)
            let watch = ProcessWatch(program.processIdentifier)
            for pause in [200, 400] {
                try await Task.sleep(for: .milliseconds(pause))
                leaks.formUnion(scanFiles(machine, scanner))
            }
            let done = await program.finish()
            outputs["run on day \(day)"] = done.description
            leaks.formUnion(scanner.leaks(in: [UInt8](await watch.end()), "the process table"))
            #expect([0, 3].contains(done.status), "\(done)")
        }
        for arguments in [
            ["keys", "list"], ["keys", "list", "--json"], ["audit", "list"], ["audit", "list", "--json"], ["status"],
        ] {
            outputs[arguments.joined(separator: " ")] = try await machine.start(arguments).finish().description
        }
        for (place, text) in outputs { leaks.formUnion(scanner.leaks(in: text, place)) }
        leaks.formUnion(scanner.leaks(in: server.transcript, "mails"))
        for message in server.messages { leaks.formUnion(scanner.leaks(in: message.content, "mails")) }
        leaks.formUnion(scanFiles(machine, scanner))
        #expect(leaks.isEmpty)
        #expect(!server.messages.isEmpty, "no mail was sent, so none was looked at")
        #expect(try await machine.events("key.disabled") > 0)
        #expect(machine.home.read("metrics").contains("keyvigil_run_exit_status"))
    }

    /// Passes keys to every command that takes one: add with and without a probe, import, replace, check.
    private func store(on machine: Machine, _ outputs: inout [String: String]) async throws -> [Canary] {
        var canaries: [Canary] = []
        func canary(_ provider: String, _ scenario: Scenario) async throws -> String {
            let secret = try await machine.newSecret(provider, scenario)
            canaries.append(
                Canary(provider: provider, secret: secret, prefix: Self.withoutMark.contains(provider) ? 4 : 8))
            return secret
        }
        var imported: [(String, String, String)] = []
        for provider in Machine.providerIDs {
            let params = provider == "azure_openai" ? ["--param", "resource=acme-ai"] : []
            let place = ["--tenant", "acme", "--provider", provider] + params
            let stored = try await canary(provider, "valid")
            outputs["add \(provider)"] = try await machine.start(["keys", "add"] + place, stdin: stored).finish()
                .description
            for fate in Self.fates { imported.append(("acme", provider, try await canary(provider, fate))) }
            for fate in ["invalid", "truncated"] as [Scenario] {
                let refused = try await canary(provider, fate)
                let added = try machine.start(["keys", "add", "--json"] + place, stdin: refused)
                outputs["refused \(provider) \(fate)"] = await added.finish().description
                let checked = try machine.start(
                    ["check", "--json", "-", "--provider", provider] + params, stdin: refused)
                outputs["check \(provider) \(fate)"] = await checked.finish().description
                let plain = try machine.start(["check", "--provider", provider] + params, stdin: refused)
                outputs["plain check \(provider) \(fate)"] = await plain.finish().description
            }
        }
        try await machine.importKeys(imported)
        return canaries
    }

    /// The scanner finds every encoding of every key where it is planted, among other bytes and at each offset.
    private func provesItself(_ scanner: LeakScanner, _ canaries: [Canary]) throws {
        for canary in canaries {
            let hidden = Array(canary.secret.utf8.dropFirst(canary.prefix))
            for form in LeakScanner.Form.allCases {
                let planted = Array("{\"a\":\"".utf8) + LeakScanner.encode(hidden, form) + Array("\"}".utf8)
                #expect(!scanner.leaks(in: planted, "a planted leak").isEmpty, "\(canary.provider) \(form)")
            }
            for start in 0...(hidden.count - 8) {
                let piece = hidden[start..<start + 8]
                #expect(!scanner.leaks(in: Array("x".utf8) + piece, "a planted piece").isEmpty)
            }
        }
        #expect(scanner.leaks(in: String(repeating: "nothing to see here ", count: 100), "clean text").isEmpty)
    }

    private func scanFiles(_ machine: Machine, _ scanner: LeakScanner) -> Set<LeakScanner.Leak> {
        let names = FileManager.default.enumerator(atPath: machine.home.url.path)?.compactMap { $0 as? String } ?? []
        return names.reduce(into: []) { leaks, name in
            let bytes = [UInt8](FileManager.default.contents(atPath: machine.home.path(name)) ?? Data())
            leaks.formUnion(scanner.leaks(in: bytes, name))
        }
    }

    @Test(
        "A key passed by mistake as an argument is not repeated",
        arguments: [
            ["keys", "add", "KEY"], ["keys", "add", "--tenant", "acme", "--provider", "openai", "KEY"],
            ["keys", "add", "--tenant", "acme", "--provider", "openai", "--key", "KEY"],
            ["keys", "add", "--tenant", "acme", "--provider", "openai", "--key=KEY"],
            ["keys", "add", "--tenant", "acme", "--provider", "KEY"],
            ["keys", "add", "--tenant", "KEY", "--provider", "openai"], ["keys", "show", "KEY"],
            ["keys", "add", "--tenant", "acme", "--provider", "openai", "--scope", "KEY"],
            ["keys", "add", "--tenant", "acme", "--provider", "openai", "--param", "KEY"],
            ["keys", "add", "--tenant", "acme", "--provider", "openai", "--param", "KEY=1"],
            ["keys", "import", "KEY"], ["keys", "list", "--status", "KEY"], ["check", "--provider", "openai", "KEY"],
            ["check", "--provider", "KEY"], ["check", "--provider", "openai", "--KEY"], ["run", "--provider", "KEY"],
            ["run", "--tenant", "KEY"], ["run", "--limit", "KEY"], ["run", "--max-duration", "KEY"],
            ["tenants", "add", "acme", "--time-zone", "KEY"], ["tenants", "show", "KEY"],
            ["audit", "list", "--event", "KEY"], ["audit", "list", "--since", "KEY"], ["KEY"], ["help", "KEY"],
            ["status", "--config", "KEY"], ["simulator", "--scenario", "KEY"], ["keys", "replace", "KEY"],
        ])
    func argument(arguments: [String]) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        for secret in [
            try machine.simulator.newKey(for: "openai"), try machine.simulator.newKey(for: "google", type: "auth"),
        ] {
            let done = try await machine.start(arguments.map { $0.replacing("KEY", with: secret) }).finish()
            let scanner = LeakScanner([("a", secret, 8)])
            #expect(scanner.leaks(in: done.description, "output").isEmpty, "\(done)")
        }
    }
}
