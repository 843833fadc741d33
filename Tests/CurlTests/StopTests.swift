import Curl
import TestSupport
import Testing

@Suite("Stopping, and the stream of batches")
struct StopTests {
    @Test("Queued requests are aborted at once, those on the wire may finish within the grace")
    func grace() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let client = try HTTPFixture.client { $0.maxInFlight = 4 }
        let template = try HTTPFixture.get("http://127.0.0.1:\(server.port)/gate").template
        client.submit((0..<20).map { HTTPRequest(tag: $0, template: template) })
        try await Self.until { server.transcript.count == 4 }
        client.stop(grace: .seconds(60))
        let queued = await client.collect(16)
        #expect(queued.map(\.tag) == Array(4..<20) && queued.allSatisfy { $0.failure == .aborted })
        try server.signal("open")
        let completions = await client.collect(4)
        #expect(completions.filter { $0.text == "fine" }.map(\.tag).sorted() == Array(0..<4))
        #expect(await client.completions().isEmpty)
    }

    @Test("What does not finish within the grace is aborted")
    func noGrace() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let client = try HTTPFixture.client()
        let request = try HTTPFixture.get("http://127.0.0.1:\(server.port)/silence", timeout: .seconds(300))
        client.submit([request])
        async let single = client.send(request)
        try await Self.until { server.transcript.count == 2 }
        client.stop(grace: .milliseconds(200))
        #expect(await client.collect(1).map(\.failure) == [.aborted])
        #expect(await single.failure == .aborted)
        #expect(await client.completions().isEmpty)
    }

    @Test("After the stop every new request is aborted, and a waiting reader is released")
    func afterStop() async throws {
        let client = try HTTPFixture.client()
        async let waiting = client.completions()
        client.stop(grace: .seconds(60))
        #expect(await waiting.isEmpty)
        let request = try HTTPFixture.get("http://127.0.0.1:9/")
        client.submit([request])
        #expect(await client.completions().map(\.failure) == [.aborted])
        #expect(await client.send(request).failure == .aborted)
        #expect(await client.completions().isEmpty)
    }

    @Test("No more requests are on the wire than asked for")
    func limit() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let client = try HTTPFixture.client { $0.maxInFlight = 3 }
        let template = try HTTPFixture.get("http://127.0.0.1:\(server.port)/").template
        client.submit((0..<200).map { HTTPRequest(tag: $0, template: template) })
        #expect(await client.collect(200).count { $0.text == "fine" } == 200)
        #expect(Set(server.transcript.map { $0.split(separator: " ")[0] }).count <= 3)
    }

    private static func until(_ condition: () -> Bool) async throws {
        for _ in 0..<1_000 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
