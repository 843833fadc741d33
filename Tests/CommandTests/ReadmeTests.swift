import Foundation
import Testing

@Suite("README") struct ReadmeTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("The commands of README work as written")
    func byHand() async throws {
        let readme = try String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
        let block = try #require(readme.components(separatedBy: "```sh\n").dropFirst().first)
        let script = try #require(block.components(separatedBy: "```").first)
        let machine = try await Machine()
        let secret = try machine.simulator.newKey(for: "openai")
        try await machine.simulator.set(provider: "openai", key: secret, scenario: .valid)
        try machine.write(
            settings: """
                providers:
                  openai: {base_url: "http://127.0.0.1:\(machine.port)/openai", allow_insecure_loopback: true}
                """)
        let done = try await Program(
            ["-ec", "keyvigil() { '\(Program.path)' \"$@\"; }\ncd '\(machine.home.url.path)'\n\(script)"],
            program: "/bin/sh", environment: ["KEYVIGIL_CONFIG": machine.home.path("keyvigil.yaml"), "KEY": secret]
        ).finish()
        #expect(done.status == 0 && done.errors == "", "\(done)")
        #expect(
            done.output.contains("OpenAI accepts the key") && done.output.contains("1 of 1 enabled keys"), "\(done)")
    }

    @Test("README's example of a provider passes `providers check`")
    func provider() async throws {
        let readme = try String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
        let example = readme.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }.first { $0.hasPrefix("providers:") }
        let machine = try await Machine()
        try machine.home.write(try #require(example), to: "example.yaml")
        let done = try await machine.run("providers", "check", machine.home.path("example.yaml"))
        #expect(done.status == 0 && done.errors == "", "\(done)")
    }

    @Test("README's table has every provider, what follows a refused key and whether the probe is paid")
    func providers() async throws {
        let readme = try String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
        let machine = try await Machine()
        for line in try await machine.run("providers", "list", "--json").jsonLines {
            let id = try #require(line["id"] as? String)
            guard line["unsupported"] is NSNull else {
                #expect(readme.contains("`\(id)`, "))
                continue
            }
            let row = try #require(readme.split(separator: "\n").first { $0.hasPrefix("| `\(id)` | ") }, "\(id)")
            #expect(row.contains(line["disables"] as? Bool == true ? " | disabled" : " | reported | "))
            #expect(row.contains("| paid") == (line["paid"] as? Bool == true))
        }
    }

    @Test("README has no placeholder")
    func finished() throws {
        let readme = try String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(!readme.contains("@@"))
    }
}
