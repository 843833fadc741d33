import Foundation
import TestSupport
import Testing

@testable import Curl

@Suite("Mail through real servers")
struct RelayTests {
    /// aiosmtpd. Arguments: certificate, its key, and `tls` or `starttls`. Accepts user `tenant:pass/word`.
    private static let script = #"""
        import asyncio, ssl, sys
        from aiosmtpd.smtp import SMTP, AuthResult
        log = open(sys.argv[1] + "/transcript", "a", buffering=1)

        class Sink:
            async def handle_DATA(self, server, session, envelope):
                log.write("%r\n" % ([envelope.mail_from, envelope.rcpt_tos, envelope.content],))
                return "250 2.0.0 kept"

        def login(server, session, envelope, mechanism, data):
            log.write("login %s\n" % mechanism)
            return AuthResult(success=data.login == b"tenant" and data.password == b"pass/word",
                              handled=False)

        async def main():
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(sys.argv[2], sys.argv[3])
            starttls = sys.argv[4] == "starttls"
            def make():
                return SMTP(Sink(), require_starttls=starttls, tls_context=context if starttls else None,
                            authenticator=login, auth_require_tls=starttls, auth_required=True)
            server = await asyncio.get_running_loop().create_server(
                make, "127.0.0.1", 0, ssl=None if starttls else context)
            print(server.sockets[0].getsockname()[1])
            await server.serve_forever()
        asyncio.run(main())
        """#

    struct Scene {
        let server: PythonServer
        let authority: CertificateAuthority
        let kind: String

        func relay(
            _ credentials: String = "tenant:pass%2Fword@", host: String = "localhost", trusting file: String? = nil
        ) throws -> SMTPRelay {
            let scheme = kind == "tls" ? "smtps" : "smtp"
            return try SMTPRelay(
                url: "\(scheme)://\(credentials)\(host):\(server.port)", caFile: file ?? authority.file,
                replyTimeout: .seconds(20), finalReplyTimeout: .seconds(20))
        }
    }

    private static func scene(
        _ kind: String, hosts: [String] = ["DNS:localhost"], fault: CertificateAuthority.Fault = .none
    ) async throws -> Scene {
        let directory = try TemporaryDirectory()
        let authority = try CertificateAuthority(in: directory)
        let certificate = try authority.issue("relay", hosts: hosts, fault: fault)
        let server = try await PythonServer(script, [certificate.file, certificate.keyFile, kind])
        return Scene(server: server, authority: authority, kind: kind)
    }

    @Test("A mail arrives over TLS with a login, from the start or by STARTTLS", arguments: ["tls", "starttls"])
    func delivery(kind: String) async throws {
        let scene = try await Self.scene(kind)
        let client = try SMTPClient(try scene.relay())
        for _ in 0..<3 { #expect(await SMTPFixture.deliver(by: client) == .accepted(reply: "2.0.0 kept")) }
        let mails = scene.server.transcript.filter { $0.hasPrefix("[") }
        #expect(mails.count == 3)
        #expect(
            Set(mails) == [
                #"['sender@example.com', ['tenant@example.org'], b'Subject: Notice\r\n\r\nHello\r\n']"#
            ])
        // One login: one connection for all three.
        #expect(scene.server.transcript.count { $0.hasPrefix("login") } == 1)
    }

    @Test("A refused login is the relay's fault and its words do not show the password")
    func refusedLogin() async throws {
        let scene = try await Self.scene("tls")
        let delivery = try await SMTPFixture.deliver(to: try scene.relay("tenant:wrong-word@"))
        #expect(delivery == .relayUnavailable(reason: "the relay refused the login (the relay said 535)"))
        #expect(!scene.server.transcript.contains { $0.hasPrefix("[") })
    }

    @Test("A relay whose certificate does not hold gets no mail and no login", arguments: ["tls", "starttls"])
    func badCertificate(kind: String) async throws {
        let otherHost = try await Self.scene(kind, hosts: ["DNS:example.com"])
        let expired = try await Self.scene(kind, fault: .expired)
        let selfSigned = try await Self.scene(kind, fault: .selfSigned)
        for scene in [otherHost, expired, selfSigned] {
            #expect(
                try await SMTPFixture.deliver(to: try scene.relay())
                    == .relayUnavailable(reason: "TLS to the relay failed or its certificate was not accepted"))
            #expect(scene.server.transcript.isEmpty)
        }
    }

    @Test("Postfix's own test server accepts every form of message")
    func postfix() async throws {
        let directory = try TemporaryDirectory()
        let port = try LoopbackPort.free()
        let sink = try ServerProcess(
            "/usr/sbin/smtp-sink", (getuid() == 0 ? ["-u", "nobody"] : []) + ["127.0.0.1:\(port)", "100"], in: directory
        )
        try await sink.wait(for: "listening") { LoopbackPort.accepts(port) }
        let client = try SMTPClient(try SMTPFixture.insecureRelay(port))
        for message in SMTPMessageTests.hostile.keys {
            #expect(await SMTPFixture.deliver(message, by: client).fate == .accepted)
        }
        sink.stop()
    }

    @Test(
        "A URL that is no relay is refused without being repeated",
        arguments: [
            ("", InvalidRelay.notURL), ("smtp://", .notURL), ("https://u:hidden@h", .scheme), ("ftp://h", .scheme),
            ("smtps://user@host", .credentials), ("smtps://:hidden@host", .credentials),
            ("smtps://u:hidden@host/path", .path), ("smtps://u:hidden@host?x", .path), ("smtps://ｈ", .host),
        ])
    func badURL(url: String, error: InvalidRelay) {
        #expect(throws: error) { try SMTPRelay(url: url) }
        #expect(!error.description.contains("hidden"))
    }

    @Test("A relay prints as scheme, host and port")
    func printing() throws {
        let relay = try SMTPRelay(url: "smtp://user:hidden-word@mail.example.com")
        var dumped = ""
        dump(relay, to: &dumped)
        #expect("\(relay)" == "smtp://mail.example.com:587")
        #expect(!"\(dumped) \(String(reflecting: relay))".contains("hidden"))
        #expect("\(try SMTPRelay(url: "smtps://mail.example.com"))" == "smtps://mail.example.com:465")
    }

    @Test("Clear text is for loopback only", arguments: ["192.0.2.1", "mail.example.com", "127.example.com"])
    func insecureElsewhere(host: String) throws {
        let relay = try SMTPRelay(url: "smtp://\(host)", insecureLoopback: true)
        #expect(!relay.isInsecure)
    }
}
