import Foundation
import TestSupport
import Testing

@Suite("What monitoring sees", .serialized)
struct MonitoringTests {
    /// Answers every GET and records its path; with `silent` it accepts connections and does not answer.
    private static let script = #"""
        import sys, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        log = open(sys.argv[1] + "/transcript", "a", buffering=1)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                log.write(self.path + "\n")
                if sys.argv[2] == "silent": time.sleep(60)
                self.send_response(500 if sys.argv[2] == "broken" else 200)
                self.end_headers()
            def log_message(self, *words): pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        print(server.server_port)
        server.serve_forever()
        """#

    @Test("The heartbeat is called at start and at success, also for a run that asks for attention")
    func heartbeat() async throws {
        let endpoint = try await PythonServer(Self.script, ["good"])
        let machine = try await machine(endpoint)
        try await machine.addTenant()
        let key = try await machine.addKey()
        #expect(try await machine.run("run", "--all", days: 1).status == 0)
        #expect(endpoint.transcript == ["/ping/start", "/ping"])
        try await machine.strike(key, .down)
        #expect(try await machine.run("run", "--all", days: 20).status == 3)
        #expect(endpoint.transcript.suffix(2) == ["/ping/start", "/ping"])
    }

    @Test("The heartbeat is told of a failed run")
    func failure() async throws {
        let endpoint = try await PythonServer(Self.script, ["good"])
        let machine = try await machine(endpoint)
        try await machine.addTenant()
        _ = try await machine.addKey()
        try await machine.execute("DROP TABLE slice_lease")
        let done = try await machine.run("run", "--all", days: 1)
        #expect(done.status != 0, "\(done)")
        #expect(endpoint.transcript == ["/ping/start", "/ping/fail"])
    }

    @Test("The heartbeat's suffix is put before a query, or a failure would look like a success")
    func query() async throws {
        let endpoint = try await PythonServer(Self.script, ["good"])
        let machine = try await Machine(
            settings: "heartbeat: {url: 'http://127.0.0.1:\(endpoint.port)/ping?status=up&ping='}")
        try await machine.addTenant()
        #expect(try await machine.run("run").status == 0)
        #expect(endpoint.transcript == ["/ping/start?status=up&ping=", "/ping?status=up&ping="])
    }

    @Test(
        "A heartbeat that is silent, broken or gone delays the run by seconds and changes nothing",
        arguments: ["silent", "broken", "gone"])
    func troubled(kind: String) async throws {
        let endpoint = try await PythonServer(Self.script, [kind])
        let machine = try await machine(kind == "gone" ? nil : endpoint)
        try await machine.addTenant()
        _ = try await machine.addKey()
        let start = ContinuousClock.now
        let done = try await machine.run("run", "--all", "--json", days: 1)
        #expect(done.status == 0, "\(done)")
        #expect(done.number("keys", "alive") == 1)
        #expect(ContinuousClock.now - start < .seconds(25))
    }

    private func machine(_ endpoint: PythonServer?) async throws -> Machine {
        let port = try endpoint?.port ?? LoopbackPort.free()
        return try await Machine(
            settings: "heartbeat: {url: 'http://127.0.0.1:\(port)/ping'}\nmetrics: {file: HOME/metrics.prom}")
    }

    @Test("The metrics file is complete, current, readable by the collector, and valid Prometheus text")
    func metrics() async throws {
        let machine = try await Machine(settings: "metrics: {file: HOME/metrics.prom}")
        _ = try await machine.suspectOneOfTwo()
        #expect(try await machine.run("run", "--all", days: 8.01).status == 0)
        let text = machine.home.read("metrics.prom")
        let lines = Set(text.split(separator: "\n").map(String.init))
        #expect(
            lines.isSuperset(of: [
                "keyvigil_run_exit_status 0", "keyvigil_run_findings{finding=\"invalid\"} 1",
                "keyvigil_run_findings{finding=\"valid\"} 1", "keyvigil_run_transitions{change=\"disabled\"} 1",
                "keyvigil_keys_enabled 1", "keyvigil_keys_overdue 0",
            ]))
        for line in lines where !line.hasPrefix("#") {
            #expect(line.wholeMatch(of: /keyvigil_[a-z_]+(\{[a-z]+="[A-Za-z]+"\})? [0-9.]+/) != nil, "\(line)")
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: machine.home.path("metrics.prom"))
        #expect(attributes[.posixPermissions] as? Int == 0o644)
        #expect(!FileManager.default.fileExists(atPath: machine.home.path("metrics.prom.part")))
    }

    @Test("A metrics file that cannot be written ends with 77, after the work and the report")
    func unwritable() async throws {
        let machine = try await Machine(settings: "metrics: {file: HOME/missing/metrics.prom}")
        try await machine.addTenant()
        _ = try await machine.addKey()
        let done = try await machine.run("run", "--all", "--json", days: 1)
        #expect(done.status == 77)
        #expect(done.number("keys", "alive") == 1)
        #expect(try await machine.value("SELECT outcome FROM run WHERE kind = 'job'") == "complete")
    }
}
