import Testing

@testable import KeyVigil

struct ProvidersMutationTests {
    @Test("No mutation of a dead answer can disable a key", arguments: Known.dead, Mutation.allCases)
    func changed(vector: AnswerVector, mutation: Mutation) throws {
        let provider = try Known.provider(vector.provider)
        let proofs = ConfirmationRule.all(in: vector, by: provider)
        for answer in mutation.answers(vector, proofs: proofs) {
            let result = provider.classify(answer)
            if result.verdict == .dead, result.strength != .never {
                Issue.record("\(vector) \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
            }
        }
    }

    @Test("Each dead vector rests on at least one exact text or on a message with an echo", arguments: Known.dead)
    func proofsExist(vector: AnswerVector) throws {
        let provider = try Known.provider(vector.provider)
        #expect(!ConfirmationRule.all(in: vector, by: provider).isEmpty)
    }

    @Test("An additional unknown member, with escaped quotes in it, changes nothing", arguments: Known.dead)
    func unknownMember(vector: AnswerVector) throws {
        guard vector.body.hasPrefix("{") else { return }
        let body = #"{"new \"field\" \\": "\"\\", "# + vector.body.dropFirst()
        let answer = Answer(status: vector.status, headers: vector.headers, body: Array(body.utf8))
        #expect(try Known.provider(vector.provider).classify(answer).finding == vector.finding)
    }

    @Test("A key is alive by complete JSON with the expected field, not by the status", arguments: Known.ids)
    func aliveNeedsTheField(id: String) throws {
        let provider = try Known.provider(id)
        for vector in Known.vectors where vector.provider == id && vector.status == 200 {
            let half = Array(vector.body.utf8.prefix(vector.body.utf8.count / 2))
            let bodies = [
                half, [], Array("{}".utf8), Array("[]".utf8), Array("<html>".utf8), Array("{\"ok\":true}".utf8),
            ]
            for body in bodies where !Self.isAlive(body, at: provider) {
                let answer = Answer(status: 200, headers: vector.headers, body: body)
                #expect(provider.classify(answer).finding == .unrecognised)
            }
            let page = Answer(status: 200, contentType: "text/html", body: Array(vector.body.utf8))
            #expect(provider.classify(page).finding == .unrecognised)
        }
    }

    /// AI21 answers with a bare list, which is empty without files.
    private static func isAlive(_ body: [UInt8], at provider: Provider) -> Bool {
        provider.id == "ai21" && body == Array("[]".utf8)
    }

    @Test(
        "No status alone disables a key or proves it alive, without a body or with an unknown one", arguments: Known.ids
    )
    func statusesAlone(id: String) throws {
        let provider = try Known.provider(id)
        for status in [0, 40] + Array(100...599) + [999] {
            for body in ["", "{}", "{\"error\": \"no\"}", "{\"error\": {\"code\": \"nope\"}}", "null", "[", "\"x\""] {
                let answer = Answer(
                    status: status, contentType: "application/json; charset=utf-8", body: Array(body.utf8))
                if Self.isAlive(answer.body, at: provider) { continue }
                let result = provider.classify(answer)
                let isReported = result.verdict == .dead && result.strength == .never
                if result.verdict != .unknown, !isReported {
                    Issue.record("\(id) \(status) \(body): \(result.finding)")
                }
            }
        }
    }
}
