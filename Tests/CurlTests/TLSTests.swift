import Curl
import TestSupport
import Testing

@Suite("TLS and HTTP/2 with a real server")
struct TLSTests {
    @Test("Hundreds of requests share a few connections over HTTP/2")
    func multiplexing() async throws {
        let (nginx, server, authority) = try await Self.start()
        let client = try HTTPFixture.client(caFile: authority.file)
        let template = try HTTPFixture.get("https://localhost:\(server.port)/").template
        client.submit(
            try (0..<1_000).map {
                HTTPRequest(tag: $0, template: template, secret: try HTTPFixture.bearer("key-\($0)"))
            })
        let completions = await client.collect(1_000)
        #expect(Set(completions.map(\.tag)) == Set(0..<1_000))
        for completion in completions {
            #expect(completion.text == "Bearer key-\(completion.tag)")
            #expect(completion.response?.contentType == "text/plain")
        }
        client.stop(grace: .zero)
        let lines = nginx.requests.map { $0.split(separator: " ") }
        #expect(lines.allSatisfy { $0[1] == "HTTP/2.0" })
        #expect(Set(lines.map { $0[0] }).count <= 4)
    }

    @Test("A body that breaks off is no answer over HTTP/2 either")
    func truncation() async throws {
        let origin = try await PythonServer(MisbehavingServer.script)
        let (nginx, server, authority) = try await Self.start(
            "location / { proxy_pass http://127.0.0.1:\(origin.port); proxy_buffering off; }")
        let client = try HTTPFixture.client(caFile: authority.file)
        for (path, failure) in [("/short", TransportFailure.interrupted), ("/chunks-endless", .tooLarge)] {
            let completion = await client.send(try HTTPFixture.get("https://localhost:\(server.port)\(path)"))
            #expect(completion.failure == failure)
        }
        #expect(origin.transcript.count == 3, "the broken one is asked for twice; \(nginx.errors)")
    }

    @Test("A server that closes its connections after a few requests costs no answer")
    func goAway() async throws {
        let (nginx, server, authority) = try await Self.start("keepalive_requests 20; location / { return 200 fine; }")
        let client = try HTTPFixture.client(caFile: authority.file)
        let template = try HTTPFixture.get("https://localhost:\(server.port)/").template
        client.submit((0..<500).map { HTTPRequest(tag: $0, template: template) })
        let texts = await client.collect(500).map(\.text)
        #expect(texts == [String](repeating: "fine", count: 500), "\(nginx.errors)")
    }

    /// What one read brought for several streams must reach all of them, also when nothing more comes to wake them.
    @Test("The last answers of many bursts over one connection are not left lying in libcurl")
    func bursts() async throws {
        let body = String(repeating: "a", count: 1200)
        let (nginx, server, authority) = try await Self.start(
            "keepalive_requests 1000000; location / { return 200 \(body); }")
        let client = try HTTPFixture.client(caFile: authority.file)
        let template = try HTTPFixture.get("https://localhost:\(server.port)/", timeout: .seconds(5)).template
        for _ in 0..<300 {
            client.submit((0..<100).map { HTTPRequest(tag: $0, template: template) })
            let failures = await client.collect(100).compactMap(\.failure)
            #expect(failures.isEmpty, "\(failures) \(nginx.errors)")
            guard failures.isEmpty else { break }
        }
    }

    enum BadCertificate: CaseIterable {
        case otherHost, expired, selfSigned, unknownAuthority
    }

    @Test("A certificate that does not hold is never accepted", arguments: BadCertificate.allCases)
    func badCertificate(kind: BadCertificate) async throws {
        let directory = try TemporaryDirectory()
        let authority = try CertificateAuthority(in: directory)
        let certificate =
            switch kind {
            case .otherHost: try authority.issue("server", hosts: ["DNS:example.com"])
            case .expired: try authority.issue("server", fault: .expired)
            case .selfSigned: try authority.issue("server", fault: .selfSigned)
            case .unknownAuthority: try CertificateAuthority("other", in: directory).issue("server")
            }
        let server = try Nginx.Server(certificate, locations: "return 200 fine;")
        let nginx = try await Nginx([server], in: directory)
        let completion = try await HTTPFixture.client(caFile: authority.file).send(
            try HTTPFixture.get("https://localhost:\(server.port)/", secret: "sk-secret"))
        #expect(completion.failure == .tls)
        #expect(nginx.requests.isEmpty)
    }

    @Test("A file of authorities replaces the system's, and one that is missing shows as a TLS failure")
    func authorities() async throws {
        let (nginx, server, authority) = try await Self.start("location / { return 200 fine; }")
        let url = "https://localhost:\(server.port)/"
        #expect(try await HTTPFixture.client(caFile: authority.file).send(try HTTPFixture.get(url)).text == "fine")
        #expect(try await HTTPFixture.client().send(try HTTPFixture.get(url)).failure == .tls)
        let missing = try HTTPFixture.client(caFile: authority.file + ".missing")
        #expect(await missing.send(try HTTPFixture.get(url)).failure == .tls)
        #expect(await nginx.requests(1).count == 1)
    }

    private static func start(
        _ locations: String = "location / { default_type text/plain; return 200 $http_authorization; }"
    ) async throws -> (Nginx, Nginx.Server, CertificateAuthority) {
        let directory = try TemporaryDirectory()
        let authority = try CertificateAuthority(in: directory)
        let server = try Nginx.Server(try authority.issue("server"), locations: locations)
        return (try await Nginx([server], in: directory), server, authority)
    }
}
