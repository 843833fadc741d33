import Curl
import Mail
import TestSupport
import Testing

@Suite("Addresses and messages cannot say more than they should")
struct SMTPMessageTests {
    /// Messages that would end early or say another command if line ends were not made canonical, and their lines on the
    /// wire: a dot at a line's beginning is doubled, and the server's dot ends it.
    static let hostile: [String: [String]] = [
        "": [""], ".": [".."], ".\r\n": [".."], "a\n.\nMAIL FROM:<x@y>\n": ["a", "..", "MAIL FROM:<x@y>"],
        "a\r.\rb": ["a", "..", "b"], "a\r\n.\r\nb": ["a", "..", "b"], "a\n.\r\nb": ["a", "..", "b"],
        "a\r\n.\nb": ["a", "..", "b"], "a\r\r\n\n.\n\rb": ["a", "", "", "..", "", "b"], "..\r\n.x\r\n": ["...", "..x"],
        String(repeating: "line\n", count: 40_000): [String](repeating: "line", count: 40_000), "no end": ["no end"],
    ]

    @Test("What arrives is the message with canonical line ends, and no more", arguments: hostile)
    func canonical(message: String, lines: [String]) async throws {
        let server = try await PythonServer(MisbehavingRelay.script, ["none"])
        #expect(try await SMTPFixture.deliver(message, to: SMTPFixture.insecureRelay(server.port)).fate == .accepted)
        let expected = (lines + ["."]).map { $0 + #"\r\n"# }.joined()
        #expect(server.transcript.filter { $0.contains("message") } == ["1 message b'\(expected)'"])
        let commands = server.transcript.filter { !$0.contains("message") }.map { $0.dropFirst(3).prefix(4) }
        #expect(commands == ["EHLO", "MAIL", "RCPT", "DATA"] || commands == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"])
    }

    @Test("The envelope takes every mail address as it is", arguments: AddressSamples.accepted)
    func envelope(text: String, address: String) async throws {
        let server = try await PythonServer(MisbehavingRelay.script, ["none"])
        let client = try SMTPClient(SMTPFixture.insecureRelay(server.port))
        let mailbox = try MailAddress(text)
        let delivery = await client.deliver(
            Array(SMTPFixture.message.utf8), from: mailbox, to: mailbox, startingBefore: .now + .seconds(60))
        #expect(delivery.fate == .accepted)
        #expect(server.transcript.contains { $0.contains("MAIL FROM:<\(address)>") })
        #expect(server.transcript.contains { $0.contains("RCPT TO:<\(address)>") })
    }
}
