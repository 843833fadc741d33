import Curl
import TestSupport
import Testing

@Suite("Addresses and messages cannot say more than they should")
struct MailBodyTests {
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
        #expect(try await MailFixture.deliver(message, to: MailFixture.insecureRelay(server.port)).fate == .accepted)
        let expected = (lines + ["."]).map { $0 + #"\r\n"# }.joined()
        #expect(server.transcript.filter { $0.contains("message") } == ["1 message b'\(expected)'"])
        let commands = server.transcript.filter { !$0.contains("message") }.map { $0.dropFirst(3).prefix(4) }
        #expect(commands == ["EHLO", "MAIL", "RCPT", "DATA"] || commands == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"])
    }

    @Test(
        "A text that is no plain address is refused",
        arguments: [
            "", "a", "@", "a@", "@b", "a@b@c", "a b@c", "<a@b>", "a@b>", "a@b\r\nRCPT TO:<x@y>", "a@b\n", "a@b\0",
            "a,b@c",
            "\"a\"@b", "a@[127.0.0.1]", "ä@b", "a@ä", "a@b c", "a@b.", ".a@b", "a..b@c", "a@b..c", "a;b@c", "a:b@c",
            "a(b)@c", "a\\b@c", "a@b\u{2028}", "a@b\u{7F}", "\u{202E}a@b", "a\t@b", " a@b", "a@b ",
            String(repeating: "a", count: 65) + "@b", "a@" + String(repeating: "b", count: 253),
        ])
    func badAddress(text: String) {
        #expect(throws: InvalidMailAddress.self) { try MailAddress(text) }
    }

    @Test("Plain addresses are taken", arguments: ["a@b", "first.last+tag@sub.example.com", "o'neil_1%x@ex-ample.io"])
    func goodAddress(text: String) throws {
        #expect(try MailAddress(text).text == text)
    }
}
