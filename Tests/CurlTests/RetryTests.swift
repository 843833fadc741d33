import Curl
import TestSupport
import Testing

@Suite("The one retry")
struct RetryTests {
    @Test("A GET on a broken connection is sent once more on a new one", arguments: ["/reset-first", "/close-first"])
    func retry(path: String) async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let client = try HTTPFixture.client()
        // A kept connection stands when the break comes.
        _ = await client.send(try HTTPFixture.get("http://127.0.0.1:\(server.port)/"))
        let completion = await client.send(try HTTPFixture.get("http://127.0.0.1:\(server.port)\(path)"))
        #expect(completion.text == "fine")
        #expect(server.transcript == ["1 /", "1 \(path)", "2 \(path)"])
    }

    @Test("The same handle serves the next request of the template as if nothing had happened")
    func afterRetry() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let client = try HTTPFixture.client { $0.maxInFlight = 1 }
        let request = try HTTPFixture.get("http://127.0.0.1:\(server.port)/reset-first")
        for _ in 0..<3 { #expect(await client.send(request).text == "fine") }
        #expect(server.transcript == ["1 /reset-first", "2 /reset-first", "2 /reset-first", "2 /reset-first"])
    }

    @Test("A server that breaks every connection does not hear each request twice")
    func budget() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let client = try HTTPFixture.client { $0.maxInFlight = 2 }
        let request = try HTTPFixture.get("http://127.0.0.1:\(server.port)/reset")
        for _ in 0..<20 { #expect(await client.send(request).failure == .interrupted) }
        #expect(server.transcript.count == 22)
        // Ten answers earn one more; and libcurl itself leaves a kept connection that broke for a new one.
        for _ in 0..<11 { _ = await client.send(try HTTPFixture.get("http://127.0.0.1:\(server.port)/")) }
        for _ in 0..<3 { _ = await client.send(request) }
        #expect(server.transcript.count == 22 + 11 + 5)
    }

    @Test("The second attempt has what the first has left of the time")
    func time() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let url = "http://127.0.0.1:\(server.port)/late-reset-first"
        let completion = await (try HTTPFixture.client()).send(try HTTPFixture.get(url, timeout: .milliseconds(1_400)))
        #expect(completion.text == "fine")
        #expect(completion.latency > .seconds(1))
    }

    @Test("A POST is never repeated")
    func post() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let template = RequestTemplate(
            method: .post(body: []), url: "http://127.0.0.1:\(server.port)/reset", addresses: .any)
        let completion = try await HTTPFixture.client().send(HTTPRequest(tag: 0, template: template))
        #expect(completion.failure == .interrupted)
        #expect(server.transcript == ["1 /reset"])
    }

    @Test("A request may ask for a connection of its own")
    func freshConnection() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let client = try HTTPFixture.client()
        let plain = try HTTPFixture.get("http://127.0.0.1:\(server.port)/")
        let fresh = HTTPRequest(tag: 1, template: plain.template, freshConnection: true)
        for request in [plain, fresh] { #expect(await client.send(request).text == "fine") }
        #expect(server.transcript == ["1 /", "2 /"])
    }
}
