import Curl
import TestSupport
import Testing

@Suite("Headers and secrets")
struct HeaderTests {
    @Test("The secret header arrives byte for byte, and nothing is sent unasked")
    func secretArrives() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let secret = String(decoding: UInt8(0x21)...0x7E, as: UTF8.self)
        let request = try HTTPFixture.get(
            "http://127.0.0.1:\(server.port)/echo", secret: secret,
            headers: [try HeaderField(name: "X-Version", value: "1")])
        let text = try await HTTPFixture.client().send(request).text
        #expect(
            text.split(separator: "\r\n").sorted() == [
                "Accept: */*", "Authorization: Bearer \(secret)", "GET /echo HTTP/1.1",
                "Host: 127.0.0.1:\(server.port)", "User-Agent: keyvigil", "X-Version: 1",
            ])
    }

    @Test("Each request of a template bears its own key, and one without a key bears none")
    func ownKeys() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let client = try HTTPFixture.client { $0.maxInFlight = 2 }
        let template = try HTTPFixture.get("http://127.0.0.1:\(server.port)/echo").template
        let requests = try (0..<100).map { tag in
            HTTPRequest(
                tag: tag, template: template, secret: tag % 3 == 0 ? nil : try HTTPFixture.bearer("key-\(tag)."))
        }
        client.submit(requests)
        for completion in await client.collect(100) {
            let hasKey = completion.tag % 3 != 0
            #expect(completion.text.contains("Bearer key-\(completion.tag).") == hasKey)
            #expect(completion.text.contains("Authorization") == hasKey)
        }
    }

    @Test("A POST sends its body's length, no type of its own and no Expect")
    func post() async throws {
        let server = try await PythonServer(MisbehavingServer.script)
        let template = RequestTemplate(
            method: .post(body: []), url: "http://127.0.0.1:\(server.port)/echo", addresses: .any)
        let text = try await HTTPFixture.client().send(HTTPRequest(tag: 0, template: template)).text
        #expect(text.hasPrefix("POST /echo HTTP/1.1"))
        #expect(text.contains("Content-Length: 0"))
        #expect(!text.contains("Content-Type") && !text.contains("Expect"))
    }

    @Test(
        "A secret with a byte that no key has is refused",
        arguments: ["", "a b", "a\r\nX: y", "a\n", "a\0", "a\u{7F}", "ä", "a\t"])
    func badSecret(secret: String) {
        #expect(throws: InvalidHeader.secret) { try HTTPFixture.bearer(secret) }
    }

    @Test(
        "A header that would not be one line is refused",
        arguments: [
            ("", "v", InvalidHeader.name), ("a b", "v", .name), ("a:", "v", .name), ("a\r\n", "v", .name),
            ("ä", "v", .name), ("a", "v\r\nb: c", .value), ("a", "v\n", .value), ("a", "v\0", .value),
        ])
    func badHeader(name: String, value: String, error: InvalidHeader) {
        #expect(throws: error) { try HeaderField(name: name, value: value) }
    }

    @Test("Nothing printable shows the secret")
    func nothingPrintable() throws {
        let request = try HTTPFixture.get("https://example.com/", secret: "sk-very-secret")
        var dumped = ""
        dump(request, to: &dumped)
        let printed = "\(request) \(String(reflecting: request)) \(dumped)"
        #expect(!printed.contains("very-secret"))
        #expect(printed.contains("Authorization: (hidden)"))
        #expect(!"\(HTTPResponse(status: 401, body: Array("sk-very-secret".utf8)))".contains("secret"))
    }
}
