import Foundation
import Secrets
import TestSupport
import Testing
import Vocabulary

@testable import KeyVigil

struct KeyLevelsTests {
    private func text(_ secret: SecretBytes?) -> String? {
        secret?.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private func file(_ content: String, mode: Int = 0o600) throws -> (TemporaryDirectory, String) {
        let directory = try TemporaryDirectory()
        let path = try directory.write(content, to: "rc")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return (directory, path)
    }

    @Test(
        "An rc file gives the provider's key, or none",
        arguments: [
            ("{\"openai_api_key\": \"sk-1\"}", "sk-1"),
            (" { \"a\" : \"b\" ,\n\"openai_api_key\":\"sk-1\" } \n", "sk-1"),
            ("{\"openai_api_key\": \"a\\/b\\\\c\\u0041\\\"d\"}", "a/b\\cA\"d"), ("{}", nil),
            ("{\"other\": \"x\"}", nil), ("{\"openai_api_key\": \"\"}", ""),
        ])
    func rcFile(content: String, key: String?) throws {
        let (directory, path) = try file(content)
        defer { withExtendedLifetime(directory) {} }
        let chosen = try KeyLevels(environment: [:], rcFile: path).key(of: "openai")
        #expect(text(chosen?.secret) == key)
        #expect(chosen.map { $0.level == .rcFile } ?? true)
    }

    @Test(
        "An rc file that is no object of texts is refused, and the message repeats none of it",
        arguments: [
            "", "x", "[]", "{", "{\"a\"}", "{\"a\": 1}", "{\"a\": \"b\"", "{\"a\": \"b\"} x",
            "{\"a\": {\"b\": \"c\"}}", "{\"a\": \"b", "{\"a\": \"b\\", "{\"a\": \"b\nc\"}", "{'a': 'b'}",
            "{\"a\" \"b\"}", "{\"a\": \"\\u00\"}", "{\"a\": \"\\uzzzz\"}",
        ])
    func malformed(content: String) throws {
        let (directory, path) = try file(content)
        defer { withExtendedLifetime(directory) {} }
        #expect(throws: InvalidInput("\(path) must be a JSON object of texts, as in {\"openai_api_key\": \"…\"}")) {
            _ = try KeyLevels(environment: [:], rcFile: path).key(of: "openai")
        }
    }

    @Test("A text that no key can contain is refused before anything is sent")
    func escapes() throws {
        for escape in ["\\n", "\\u00e9", "\\u20ac"] {
            let (directory, path) = try file("{\"openai_api_key\": \"sk\(escape)\"}")
            defer { withExtendedLifetime(directory) {} }
            let secret = try #require(try KeyLevels(environment: [:], rcFile: path).key(of: "openai")?.secret)
            #expect(throws: InvalidInput.self) { try secret.requireKeyCharacters() }
        }
    }

    @Test("A file with a secret must be private to its owner, readable, and no longer than a secret can be")
    func files() throws {
        let (directory, path) = try file("{\"openai_api_key\": \"sk-1\"}", mode: 0o640)
        let levels = KeyLevels(environment: [:], rcFile: path)
        #expect(throws: PrivateFileRefused.exposed(path: path)) { _ = try levels.key(of: "openai") }
        #expect(throws: PrivateFileRefused.unreadable(path: directory.path("none"), isPermission: false)) {
            _ = try PrivateFile.read(directory.path("none"))
        }
        #expect(text(try PrivateFile.read(path, isGuarded: true))?.hasSuffix("}") == true)
        try directory.write(String(repeating: "x", count: 70_000), to: "rc")
        #expect(throws: PrivateFileRefused.tooLong(path: path)) {
            _ = try PrivateFile.read(path, isGuarded: true)
        }
        let empty = try directory.write(" \r\n", to: "empty")
        #expect(try PrivateFile.read(empty, isGuarded: true).count == 0)
    }

    @Test("An empty variable counts as unset, and a level that is not asked gives no key")
    func order() throws {
        let levels = KeyLevels(
            variable: "X", environment: ["X": "", "KEYVIGIL_KEY": "other"],
            platform: { $0 == "openai" ? SecretBytes(copying: "own".utf8) : nil })
        #expect(try levels.key(of: "openai")?.level == .platform)
        #expect(try levels.key(of: "openai", in: [.environment, .settings]) == nil)
        #expect(try levels.key(of: "groq") == nil)
    }
}
