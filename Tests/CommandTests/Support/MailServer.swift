import Foundation
import TestSupport

/// A mail server on loopback that accepts and keeps every mail. A test of an unreachable relay stops it.
struct MailServer {
    /// One accepted message.
    struct Message: Decodable, Equatable {
        let from: String
        let to: [String]
        let content: String

        var messageID: String {
            content.split(separator: "\r\n").first { $0.hasPrefix("Message-ID: ") }.map(String.init) ?? ""
        }
    }

    private static let script = #"""
        import asyncio, json, sys
        from aiosmtpd.smtp import SMTP
        log = open(sys.argv[1] + "/transcript", "a", buffering=1)

        class Sink:
            async def handle_DATA(self, server, session, envelope):
                log.write(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos,
                                      "content": envelope.content.decode("latin-1")}) + "\n")
                return "250 2.0.0 kept"

        async def main():
            port = int(sys.argv[2])
            server = await asyncio.get_running_loop().create_server(lambda: SMTP(Sink()), "127.0.0.1", port)
            print(server.sockets[0].getsockname()[1])
            await server.serve_forever()
        asyncio.run(main())
        """#

    private let server: PythonServer

    /// Starts the server; port 0 selects a free port.
    init(port: Int = 0) async throws { server = try await PythonServer(Self.script, [String(port)]) }

    var port: Int { server.port }

    /// The lines of the `mail` block for this server.
    var settings: String { Self.settings(port: port) }

    static func settings(port: Int) -> String {
        "smtp_url: smtp://127.0.0.1:\(port)\n  insecure: true"
    }

    var transcript: String { server.transcript.joined(separator: "\n") }

    var messages: [Message] {
        server.transcript.compactMap { try? JSONDecoder().decode(Message.self, from: Data($0.utf8)) }
    }
}
