import Foundation
import KeyVigil
import Testing
import Vocabulary

struct KeysImportTests {
    private func line(_ text: String) throws -> KeyImportLine { try KeyImportLine(Data(text.utf8)) }

    static let secret = "sk-proj-" + String(repeating: "Q7", count: 50)

    @Test("Valid lines are stored and invalid ones refused with their reason, in one run")
    func mixed() async throws {
        let fixture = try await KeysFixture()
        try await fixture.addTenant("quiet", byok: false)
        let lines = try [
            #"{"tenant":"acme","provider":"openai","key":"\#(Self.secret)"}"#,
            #"{"tenant":"nobody","provider":"openai","key":"\#(Self.secret)"}"#,
            #"{"tenant":"acme","provider":"\#(Self.secret.prefix(30))","key":"\#(Self.secret)"}"#,
            #"{"tenant":"quiet","provider":"openai","key":"\#(Self.secret)"}"#,
            #"{"tenant":"acme","provider":"azure_openai","key":"\#(Self.secret)","params":{"resource":"a.b"}}"#,
            #"{"tenant":"acme","provider":"azure_openai","key":"\#(Self.secret)","params":{"resource":"contoso"}}"#,
            #"""
            {"tenant":"acme","provider":"openai","key":"\#(Self.secret)","label":"L","scope":"project:42","default":true,"expires":"2026-12-31"}
            """#,
        ].map(line)
        let results = try await fixture.vault.importUnprobed(lines)
        #expect(results.map { (try? $0.get()) != nil } == [true, false, false, false, false, true, true])
        for case .failure(let refusal) in results { #expect(!refusal.description.contains("Q7Q7")) }
        let last = try #require(try results.last?.get())
        #expect(last.label == "L")
        #expect(last.scope.description == "project:42")
        #expect(last.isDefault)
        #expect(last.expiresAt == Date(timeIntervalSince1970: 1_798_761_599))
        #expect(try await fixture.texts("SELECT DISTINCT run_id FROM audit_entry WHERE event = 'key.added'").count == 1)
    }

    static let bad: [(String, String)] = [
        ("", "JSON"), ("[]", "JSON"), ("SECRETQ7", "JSON"), (#"{"tenant":"SECRETQ7""#, "JSON"),
        (#"{"tenant":"acme","provider":"openai"}"#, "key is missing"),
        (#"{"tenant":"acme","provider":"openai","key":7}"#, "key has the wrong type"),
        (#"{"tenant":"acme","provider":"openai","key":null}"#, "key"),
        (#"{"tenant":"acme","provider":"openai","key":"SECRET Q7"}"#, "space"),
        (#"{"tenant":"acme","provider":"openai","key":"SECRETQ7","extra":1}"#, "unknown field"),
        (#"{"tenant":"acme","provider":"openai","key":"SECRETQ7","scope":"team:1"}"#, "scope must"),
        (#"{"tenant":"acme","provider":"openai","key":"SECRETQ7","expires":"SECRETQ7"}"#, "expiry must"),
        (#"{"tenant":"acme","provider":"openai","key":"SECRETQ7","expires":"300000-01-01T00:00:00Z"}"#, "expiry must"),
        (#"{"tenant":"acme","provider":"openai","key":"SECRETQ7","expires":"10000-01-01T00:00:00Z"}"#, "expiry must"),
        (#"{"tenant":"acme\u0000","provider":"openai","key":"SECRETQ7"}"#, "there is no tenant"),
        (#"{"tenant":"acme","provider":"openai","key":"SECRETQ7","label":"a\nb"}"#, "label"),
    ]

    @Test("The message for an unreadable line says why and repeats none of it", arguments: bad)
    func unreadable(text: String, word: String) {
        let error = #expect(throws: InvalidInput.self) { try line(text) }
        #expect(error?.description.contains(word) == true && error?.description.contains("SECRET") == false)
    }
}
