import Foundation
import TestSupport
import Testing

@Suite("keyvigil demo", .serialized)
struct DemoTests {
    @Test("shows keys disabled and recovered and a mail, leaves its files, and needs nothing but the program")
    func demo() async throws {
        let place = try TemporaryDirectory()
        let done = try await Program(["demo"], environment: ["TMPDIR": place.url.path]).finish()
        #expect(done.status == 0, "\(done)")
        #expect(done.errors == "")
        for word in ["suspected", "disabled", "recovered", "To: it@alder.example", "key.disabled"] {
            #expect(done.output.contains(word), "\(word) is missing")
        }
        #expect(!done.output.contains("\u{1b}"))
        let folder = try #require(try FileManager.default.contentsOfDirectory(atPath: place.url.path).first)
        let files = try FileManager.default.contentsOfDirectory(atPath: place.path("\(folder)/mails"))
        #expect(files.contains { $0.hasSuffix(".eml") })
        #expect(done.output.contains(place.path("\(folder)/keyvigil.db")))
    }

    @Test("The commands that the demo prints at its end work unchanged, and contain no key")
    func followUp() async throws {
        let place = try TemporaryDirectory()
        let done = try await Program(["demo"], environment: ["TMPDIR": place.url.path]).finish()
        let lines = done.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let export = try #require(lines.first { $0.hasPrefix("export DATABASE_URL=") })
        let commands = try #require(lines.first { $0.hasPrefix("keyvigil keys list") })
        let after = try await Program(
            ["-c", "keyvigil() { '\(Program.path)' \"$@\"; }\n\(export)\n\(commands)"], program: "/bin/sh",
            environment: [:]
        ).finish()
        #expect(after.errors == "", "\(after)")
        #expect(after.output.contains("disabled by job"))
        let long = /[A-Za-z0-9_]+[A-Za-z0-9_-]{30,}/
        let words = (done.output + after.output).matches(of: long).map { String($0.output) }
        #expect(words.allSatisfy { UUID(uuidString: $0) != nil || $0.contains("keyvigil") }, "\(words)")
    }
}
