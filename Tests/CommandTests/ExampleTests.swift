import Foundation
import TestSupport
import Testing

@Suite("The library in a program of its own", .serialized)
struct ExampleTests {
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: ReadmeTests.root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("The example adds a key, has a refused one reported, checks one and resolves which to use")
    func runs() async throws {
        let machine = try await Machine()
        let secret = try await machine.newSecret("openai")
        let refused = try await machine.newSecret("openai", .invalid)
        let example = URL(fileURLWithPath: Program.path).deletingLastPathComponent().appendingPathComponent("Example")
        let done = try await Program(
            [machine.home.url.path], program: example.path,
            environment: [
                "OPENAI_BASE_URL": "http://127.0.0.1:\(machine.port)/openai", "ACME_KEY": secret,
                "REFUSED_KEY": refused, "EVALUATION_KEY": secret,
            ]
        ).finish()
        #expect(done.status == 0 && done.errors == "", "\(done)")
        let shown = secret.prefix(8)
        #expect(
            done.output == """
                added Production, \(shown)…
                refused: OpenAI calls the key invalid
                the key from environment works: valid
                use a key of \(secret.utf8.count) bytes: the tenant's only usable key

                """)
        #expect(LeakScanner([("openai", secret, 8), ("openai", refused, 8)]).leaks(in: "\(done)", "output").isEmpty)
    }

    @Test(
        "The Swift code in documentation and README is that of the example",
        arguments: ["Sources/KeyVigil/KeyVigil.docc/KeyVigil.md", "README.md"])
    func snippets(page: String) throws {
        let example = Self.lines(try Self.text("Tests/Example/Platform.swift")).joined(separator: "\n")
        let blocks = try Self.text(page).components(separatedBy: "```swift\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
        let code = blocks.filter { !$0.contains(".package(") }.flatMap { $0.components(separatedBy: "\n\n") }
        #expect(code.count >= 3)
        for piece in code { #expect(example.contains(Self.lines(piece).joined(separator: "\n")), "\(piece)") }
    }

    /// The lines without indentation, which a page leaves out.
    private static func lines(_ text: String) -> [String] {
        text.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
