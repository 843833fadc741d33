import Foundation
import TestSupport
import Testing

@Suite("A run in a bad hour", .serialized)
struct StopTests {
    @Test(
        "SIGTERM during slow answers ends the run with 75 within seconds; the next run finishes",
        arguments: [SIGTERM, SIGINT])
    func terminated(signal: Int32) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        var keys: [(String, String, String)] = []
        for index in 0..<30 {
            keys.append(("acme", "groq", try await machine.newSecret("groq", index < 10 ? .valid : "slow:60")))
        }
        try await machine.importKeys(keys)
        let program = try machine.start(["run", "--json"])
        for _ in 0..<200 where await machine.simulator.requestCount(provider: "groq") < 30 {
            try await Task.sleep(for: .milliseconds(20))
        }
        let sent = ContinuousClock.now
        program.signal(signal)
        let stopped = await program.finish()
        #expect(ContinuousClock.now - sent < .seconds(10))
        #expect(stopped.status == 75, "\(stopped)")
        #expect(stopped.text("outcome") == "partial")
        #expect(stopped.number("keys", "alive") == 10)
        #expect(stopped.errors == "keyvigil: partial: the next run continues\n")
        #expect(try await machine.value("SELECT count(*) FROM slice_lease WHERE lease_end > '2000'") == "0")
        for (_, _, secret) in keys {
            try await machine.simulator.set(provider: "groq", key: secret, scenario: .valid)
        }
        let next = try await machine.run("run", "--json", days: 0.1)
        #expect(next.status == 0, "\(next)")
        #expect((next.number("keys", "alive") ?? 0) >= 20)
        #expect(try await machine.value("SELECT count(*) FROM key_health WHERE last_finding = 'valid'") == "30")
    }

    @Test("With the relay down the run does its work and ends with 3; the next run sends the mail")
    func relayDown() async throws {
        let port = try LoopbackPort.free()
        let machine = try await Machine(mail: MailServer.settings(port: port))
        let keys = try await machine.suspectOneOfTwo()
        let down = try await machine.run("run", "--all", "--json", days: 8.01)
        #expect(down.status == 3, "\(down)")
        #expect(down.errors.contains("mail relay unavailable"), "\(down)")
        #expect(down.errors.split(separator: "\n").count == 1)
        #expect(try await machine.show(keys.dying)["status"] as? String == "disabled")
        #expect(try await machine.run("status", days: 8.01).output.contains("mails deferred"))
        let server = try await MailServer(port: port)
        let up = try await machine.run("run", "--json", days: 8.05)
        #expect(up.status == 0, "\(up)")
        #expect(up.number("notices", "sent") == 2)
        #expect(server.messages.map(\.to).sorted { $0[0] < $1[0] } == [["boss@acme.example"], ["it@acme.example"]])
        #expect(server.messages.allSatisfy { $0.from == "keys@platform.example" })
    }

    @Test(
        "A run works in a minimal environment",
        arguments: [
            ["HOME": "", "PATH": ""], ["LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"], ["TZ": "Asia/Kolkata"],
            ["LANG": "C", "HOME": "/nonexistent"],
        ])
    func bare(environment: [String: String]) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let key = try await machine.addKey("google")
        let run = try await machine.run("run", "--all", "--json", days: 1, environment: environment)
        #expect(run.status == 0, "\(run)")
        #expect(run.number("keys", "alive") == 1)
        let shown = try await machine.run("keys", "show", key.id, "--json", environment: environment)
        #expect((shown.text("next_probe_at") ?? "").hasSuffix("Z"))
    }

    @Test("A run works with closed standard streams", arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    func closed(streams: String) async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let key = try await machine.addKey()
        let script = "exec '\(Program.path)' run --all --json \(streams)"
        let run = try await Program(
            ["-c", script], program: "/bin/sh", environment: machine.environment(days: 1)
        ).finish()
        #expect(run.status == 0, "\(run)")
        #expect(try await machine.events("key.probed") == 1)
        #expect(try await machine.show(key)["finding"] as? String == "valid")
        #expect(try await machine.value("PRAGMA integrity_check") == "ok")
    }

    @Test("Files are private to their owner, with any umask")
    func files() async throws {
        let machine = try await Machine()
        let store = machine.home.path("state/keyvigil.db")
        let script = "umask 0; exec '\(Program.path)' tenants add acme"
        let made = try await Program(
            ["-c", script], program: "/bin/sh",
            environment: machine.environment(["DATABASE_URL": "sqlite://\(store)"])
        ).finish()
        #expect(made.status == 0, "\(made)")
        #expect(try permissions(store) == 0o600)
        #expect(try permissions(machine.home.path("state")) == 0o700)
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
