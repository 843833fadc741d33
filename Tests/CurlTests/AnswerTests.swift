import Curl
import TestSupport
import Testing

@Suite("Answers, honest and otherwise")
struct AnswerTests {
    @Test("A complete answer comes with status, type, kept headers and body")
    func completeAnswer() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let client = try HTTPFixture.client()
        let completion = await client.send(
            try HTTPFixture.get("http://127.0.0.1:\(server.port)/", kept: ["Retry-After", "X-Request-Id"]))
        let response = try completion.result.get()
        #expect(response.status == 200)
        #expect(response.contentType == "application/json")
        #expect(response.headers == ["retry-after": "7", "x-request-id": "r1"])
        #expect(completion.text == "fine")
        #expect(completion.latency > .zero)
    }

    @Test(
        "An answer that is not complete HTTP within 64 KiB is no answer",
        arguments: [
            ("/short", TransportFailure.interrupted), ("/chunks-short", .interrupted), ("/old", .interrupted),
            ("/garbage", .interrupted), ("/reset", .interrupted), ("/chunks-over", .tooLarge),
            ("/chunks-endless", .tooLarge), ("/length-over", .tooLarge), ("/headers-over", .tooLarge),
        ])
    func brokenAnswer(path: String, failure: TransportFailure) async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let client = try HTTPFixture.client()
        let completion = await client.send(try HTTPFixture.get("http://127.0.0.1:\(server.port)\(path)"))
        #expect(completion.failure == failure)
        // What broke is asked for once more; what was too large is not.
        #expect(server.transcript.count == (failure == .interrupted ? 2 : 1))
    }

    @Test("A body of exactly 64 KiB arrives whole")
    func largestBody() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let completion = try await HTTPFixture.client().send(
            try HTTPFixture.get("http://127.0.0.1:\(server.port)/chunks-exact"))
        #expect(completion.response?.body == [UInt8](repeating: UInt8(ascii: "x"), count: 65_536))
    }

    @Test("Headers of an interim answer do not count")
    func interimAnswer() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let completion = try await HTTPFixture.client().send(
            try HTTPFixture.get("http://127.0.0.1:\(server.port)/interim", kept: ["x-request-id"]))
        #expect(completion.response?.headers == ["x-request-id": "r1"])
        #expect(completion.response?.status == 200)
    }

    @Test("A redirect is an answer, not an instruction")
    func redirect() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let completion = try await HTTPFixture.client().send(
            try HTTPFixture.get("http://127.0.0.1:\(server.port)/redirect", secret: "sk-secret"))
        #expect(completion.response?.status == 302)
        #expect(server.transcript == ["1 /redirect"])
    }

    @Test("A server that says nothing costs the timeout, once")
    func silence() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let completion = try await HTTPFixture.client().send(
            try HTTPFixture.get("http://127.0.0.1:\(server.port)/silence", timeout: .milliseconds(500)))
        #expect(completion.failure == .timedOut)
        #expect(server.transcript.count == 1)
    }

    @Test("Nobody listening is refused; an unknown host is unresolved")
    func noServer() async throws {
        let client = try HTTPFixture.client()
        let refused = await client.send(try HTTPFixture.get("http://127.0.0.1:\(try LoopbackPort.free())/"))
        let unresolved = await client.send(try HTTPFixture.get("http://nobody.invalid/"))
        #expect(refused.failure == .refused)
        #expect(unresolved.failure == .unresolved)
    }
}
