import Foundation
import Mail
import TestSupport
import Testing

@Suite("A mail on the wire")
struct MailMessageTests {
    /// Bodies that have broken mailers before (M4).
    static let bodies: [String] = [
        "", "one line", "ends in a line break\n", ".\n", "\n.\n", "a\n..\n.b\n", "\r.\r", "a\r\n.\r\nb\r\n",
        "trailing space \nand tab\t\n",
        String(repeating: "x", count: 10_000), String(repeating: "wörter ", count: 2_000), "nul \0 and bell \u{7}\n",
        "= equals =\n=3D\n", "--=_0b8a3c1e5d1f4c579a3e2f6f0f5a7c11platformexample--\n", "🎉🎉 emoji 👩‍👩‍👧\n",
        "שלום עולם مرحبا\n",
        String(repeating: "a.", count: 200), String(repeating: "é", count: 75) + " \n", "line\u{2028}separator\n",
        String(decoding: [0x61, 0xFF, 0xC3, 0x28, 0x62] as [UInt8], as: UTF8.self),
    ]

    @Test("a strict parser reads back the same text and HTML", arguments: bodies)
    func roundTrip(body: String) throws {
        let bytes = try MailMessage.sample(text: body, html: body).bytes
        let parsed = try ParsedMail(bytes)
        let expected = body.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        #expect(parsed.text.replacing("\r\n", with: "\n") == expected)
        #expect(parsed.html.replacing("\r\n", with: "\n") == expected)
        #expect(parsed.defects == [])
        #expect(parsed.parts == 3)
    }

    @Test("has only CRLF, only ASCII, no line over 76 and no line that begins with a dot", arguments: bodies)
    func lines(body: String) throws {
        let bytes = try MailMessage.sample(subject: String(repeating: "ü ", count: 300), text: body, html: body).bytes
        #expect(bytes.allSatisfy { $0 == 0x0D || $0 == 0x0A || (0x20...0x7E).contains($0) })
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
        for line in lines {
            #expect(!line.utf8.contains(0x0D) && !line.utf8.contains(0x0A))
            #expect(line.utf8.count <= 76)
            #expect(!line.hasPrefix("."))
        }
    }

    @Test(
        "a strict parser reads back the same subject",
        arguments: [
            "Plain", "Your OpenAI key “Production” has stopped working", "🎉 works again", "שלום — מפתח",
            "=?UTF-8?Q?fake?=",
            "two  spaces", " leading", "trailing ", String(repeating: "x", count: 900),
            String(repeating: "word ", count: 60) + "end",
            String(repeating: "👩‍👩‍👧", count: 60), "comma, semicolon; <angle> \"quote\"", "",
        ])
    func subject(subject: String) throws {
        let parsed = try ParsedMail(MailMessage.sample(subject: subject).bytes)
        #expect(parsed.header("Subject") == subject)
        #expect(parsed.defects == [])
    }

    @Test("has exactly these headers, and the same parts give the same bytes")
    func headers() throws {
        let mail = try MailMessage.sample(name: "Kéy \"Vigil\"")
        let parsed = try ParsedMail(mail.bytes)
        #expect(
            parsed.headers.map { $0[0] } == [
                "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
                "MIME-Version",
                "Content-Type",
            ])
        #expect(parsed.header("Date") == "Tue, 14 Jan 2025 09:30:00 +0000")
        #expect(parsed.header("Message-ID") == "<0b8a3c1e-5d1f-4c57-9a3e-2f6f0f5a7c11@platform.example>")
        #expect(parsed.header("Auto-Submitted") == "auto-generated")
        #expect(parsed.header("X-Auto-Response-Suppress") == "All")
        #expect(parsed.header("From")?.hasSuffix("<keys@platform.example>") == true)
        #expect(parsed.header("From")?.contains("Kéy") == true)
        #expect(mail.bytes == (try MailMessage.sample(name: "Kéy \"Vigil\"").bytes))
    }

    @Test(
        "a header value with a control character or line separator is refused when it is made",
        arguments: [
            "a\rb", "a\nb", "a\r\nBcc: x@y", "a\0b", "\u{7F}", "\u{85}", "a\u{2028}b", "a\u{2029}b", "a\tb",
            "\u{1B}[0m",
        ])
    func refusedHeader(value: String) {
        #expect(throws: HeaderError.self) { try HeaderText(value) }
        #expect(throws: HeaderError.self) { try Mailbox(parsing: "\(value) <a@b.example>") }
        #expect(throws: HeaderError.self) { try MessageID("\(value)@b.example") }
    }

    @Test("an error names the field and the place and never repeats the value")
    func headerErrorText() {
        let error = #expect(throws: HeaderError.self) { try HeaderText("secret\r\nBcc: x", field: "subject") }
        #expect(
            error?.description == "subject: control character at position 6; remove line breaks and control characters")
    }
}
