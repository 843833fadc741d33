import Foundation
import Testing

@testable import KeyVigil

struct ProvidersWordsTests {
    static func refusal(
        code: String, status: Int = 401, headers: [String: String] = [:], receivedAt: Date = Date()
    ) -> Answer {
        let body = #"{"error": {"code": "\#(code)", "message": "x"}}"#
        return Answer(
            status: status, contentType: "application/json", headers: headers, body: Array(body.utf8),
            receivedAt: receivedAt)
    }

    @Test(
        "A code is kept only as a plain word of at most 64 characters",
        arguments: [
            ("invalid_api_key", "invalid_api_key"), ("a.b:c-D_9", "a.b:c-D_9"), ("", "other"), ("two words", "other"),
            ("é", "other"), ("<b>", "other"), ("a\\n", "other"), (String(repeating: "a", count: 64), nil),
            (String(repeating: "a", count: 65), "other"),
        ] as [(String, String?)])
    func code(code: String, kept: String?) throws {
        let result = try Known.provider("openai").classify(Self.refusal(code: code))
        #expect(result.providerCode == kept ?? code)
    }

    @Test(
        "A code or request id that holds 8 bytes of the key is withheld",
        arguments: [
            ("invalid_api_key", false), ("x_ABCDEFGH_y", true), ("ABCDEFG", false), ("34567890", true),
            ("_234567", false), ("sk-ABCDE", true),
        ])
    func withheld(word: String, isWithheld: Bool) throws {
        let answer = Self.refusal(code: word, headers: ["x-request-id": word])
        let result = try Known.provider("openai").classify(answer)
        let kept = Known.bytes("sk-ABCDEFGH1234567890") { result.withholding($0) }
        #expect(kept.providerCode == (isWithheld ? "other" : word))
        #expect(kept.requestID == (isWithheld ? "other" : word))
        #expect(kept.finding == result.finding)
    }

    @Test("A short key is withheld whole")
    func shortKey() throws {
        let result = try Known.provider("openai").classify(Self.refusal(code: "abc.hunter2.def"))
        #expect(Known.bytes("hunter2") { result.withholding($0) }.providerCode == "other")
        #expect(Known.bytes("") { result.withholding($0) }.providerCode == "abc.hunter2.def")
    }

    @Test(
        "The request id comes from the header, else from the body",
        arguments: [
            ("groq", "invalid_key", "req_fake"), ("azure_openai", "invalid_key_or_wrong_endpoint", nil),
            ("anthropic", "invalid_key", "req_011FAKE"), ("sarvam", "invalid_key_is_403", "20261010_fake"),
            ("elevenlabs", "quota_exceeded_is_401", "fake"),
        ] as [(String, String, String?)])
    func requestID(id: String, scenario: String, expected: String?) throws {
        let vector = try #require(Known.vectors.first { $0.provider == id && $0.scenario == scenario })
        let result = vector.classification(by: try Known.provider(id))
        #expect(result.requestID == expected ?? "00000000-0000-0000-0000-000000000000")
    }

    @Test(
        "Retry-After is read from seconds, milliseconds, a date, and Google's body",
        arguments: [
            (["retry-after": "2"], .seconds(2)), (["retry-after": "86400"], .seconds(86_400)),
            (["retry-after-ms": "1500", "retry-after": "2"], .milliseconds(1500)),
            (["retry-after": "Sun, 06 Nov 1994 08:50:37 GMT"], .seconds(60)),
            (["retry-after": "Sun, 06 Nov 1994 08:40:37 GMT"], .zero),
            (["retry-after": "-5"], nil), (["retry-after": "soon"], nil), (["retry-after": "nan"], nil),
            (["retry-after": "1e300"], .seconds(30 * 86_400)), ([:], nil),
        ] as [([String: String], Duration?)])
    func retryAfter(headers: [String: String], expected: Duration?) throws {
        let date = Date(timeIntervalSince1970: 784_111_777)
        let answer = Self.refusal(code: "slow_down", status: 429, headers: headers, receivedAt: date)
        let result = try Known.provider("openai").classify(answer)
        #expect(result.finding == .rateLimited)
        #expect(result.retryAfter == expected)
    }

    @Test("Google's RetryInfo is read from the body")
    func retryInfo() throws {
        let vector = try #require(Known.vectors.first { $0.scenario == "quota_free_tier" })
        let result = vector.classification(by: try Known.provider("google"))
        #expect(result.retryAfter ?? .zero > .zero)
    }

    @Test(
        "A key's expiry is read from the body or a header, in the forms that providers use",
        arguments: [
            ("2027-12-31T23:59:59Z", 1_830_297_599), ("2027-12-31T23:59:59.250Z", 1_830_297_599),
            ("2028-01-01T01:59:59+02:00", 1_830_297_599), ("2027-12-31 23:59:59 UTC", 1_830_297_599),
            ("2028-01-01 01:59:59 +0200", 1_830_297_599), ("never", nil), ("", nil), ("1830297599", nil),
            ("9999-12-31T23:59:59Z", nil), ("2027-13-31T23:59:59Z", nil),
        ] as [(String, Int?)])
    func expiry(text: String, seconds: Int?) throws {
        let body = #"{"data": {"usage": 1, "expires_at": "\#(text)"}}"#
        let answer = Answer(status: 200, contentType: "application/json", body: Array(body.utf8))
        let told = try Known.provider("openrouter").classify(answer).expiresAt
        #expect(told.map { Int($0.timeIntervalSince1970) } == seconds)
        let headers = ["content-type": "application/json", "github-authentication-token-expiration": text]
        let user = Answer(status: 200, headers: headers, body: Array(#"{"login": "a"}"#.utf8))
        let github = try Known.provider("github-models")
        #expect(github.classify(user).expiresAt.map { Int($0.timeIntervalSince1970) } == seconds)
        #expect(github.classify(Answer(status: 401, headers: headers, body: Array("{}".utf8))).expiresAt == nil)
    }

    @Test("No description of an answer shows its body")
    func noBodyPrinted() {
        let answer = Self.refusal(code: "hunter2")
        var dumped = ""
        dump(answer, to: &dumped)
        #expect(!"\(answer)\(String(reflecting: answer))\(dumped)".contains("hunter2"))
    }
}
