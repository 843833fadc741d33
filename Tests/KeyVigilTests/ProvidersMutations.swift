import Foundation

@testable import KeyVigil

/// Ways to bend a dead answer, after each of which it proves nothing any more.
enum Mutation: String, CaseIterable, Sendable {
    case otherStatuses, truncated, asHTML, asText, withoutType, empty, byteOrderMark, utf16, duplicateNames
    case codeMisspelt
    case codeOneLevelUp, codeOneLevelDown, codeAsList, codeAsNumber, codeAsNull, deeplyNested, trailingText, listOfTwo

    func bend(_ vector: AnswerVector, proofs: [Proof]) -> [Answer] {
        let answer = vector.answer
        switch self {
        case .otherStatuses:
            let statuses = [40, 999] + Array(200...599)
            return statuses.filter { $0 != vector.status }.map { with(answer, status: $0) }
        case .truncated:
            let size = answer.body.count
            return [1, 2, size / 4, size / 2, size - 12, size - 2, size - 1]
                .map { with(answer, body: Array(answer.body.prefix($0))) }
        case .asHTML: return [with(answer, type: "text/html; charset=UTF-8")]
        case .asText: return [with(answer, type: "text/plain")]
        case .withoutType: return [with(answer, type: nil)]
        case .empty: return [with(answer, body: [])]
        case .byteOrderMark: return [with(answer, body: [0xEF, 0xBB, 0xBF] + answer.body)]
        case .utf16:
            return [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32].map {
                with(answer, body: Array(vector.body.data(using: $0) ?? Data()))
            }
        case .duplicateNames: return duplicates(vector.body).map { with(answer, text: $0) }
        case .codeMisspelt: return proofs.map { with(answer, text: $0.misspelling(vector.body)) }
        case .codeOneLevelUp: return [with(answer, text: unwrapped(vector.body))]
        case .codeOneLevelDown: return [with(answer, text: "{\"error\": \(vector.body)}")]
        case .codeAsList: return proofs.map { with(answer, text: $0.replaced(vector.body) { "[\($0)]" }) }
        case .codeAsNumber: return proofs.map { with(answer, text: $0.replaced(vector.body) { _ in "401" }) }
        case .codeAsNull: return proofs.map { with(answer, text: $0.replaced(vector.body) { _ in "null" }) }
        case .deeplyNested:
            let deep = String(repeating: "{\"a\":", count: 600) + "1" + String(repeating: "}", count: 600)
            return [with(answer, text: inserting("\"deep\": \(deep),", into: vector.body))]
        case .trailingText: return ["{}", "x", "]", "\u{0}"].map { with(answer, text: vector.body + $0) }
        case .listOfTwo: return [with(answer, text: "[\(vector.body), \(vector.body)]")]
        }
    }

    private func with(_ answer: Answer, status: Int) -> Answer {
        Answer(status: status, headers: answer.headers, body: answer.body)
    }

    private func with(_ answer: Answer, body: [UInt8]) -> Answer {
        Answer(status: answer.status, headers: answer.headers, body: body)
    }

    private func with(_ answer: Answer, text: String) -> Answer { with(answer, body: Array(text.utf8)) }

    private func with(_ answer: Answer, type: String?) -> Answer {
        var headers = answer.headers
        headers["content-type"] = type
        return Answer(status: answer.status, headers: headers, body: answer.body)
    }

    /// The body with one member said twice: at the top, and within each object.
    private func duplicates(_ body: String) -> [String] {
        body.indices.filter { body[$0] == "{" }.map { brace in
            let rest = body[body.index(after: brace)...]
            let name = rest.prefix { $0 != ":" }
            return String(body[...brace]) + name + ": 1, " + rest
        }
            + [inserting("\"extra\": 1, \"extra\": \"two\", ", into: body)]
    }

    private func inserting(_ member: String, into body: String) -> String {
        guard let brace = body.firstIndex(of: "{") else { return body }
        return body[...brace] + member + body[body.index(after: brace)...]
    }

    /// The inner object in place of the outer.
    private func unwrapped(_ body: String) -> String {
        guard let start = body.dropFirst(2).firstIndex(of: "{"), let end = body.dropLast(1).lastIndex(of: "}") else {
            return "{\"nothing\": \(body)}"
        }
        return String(body[start...end])
    }
}

/// A text in a dead body on which a rule rests: a code or a message.
struct Proof: Sendable {
    let text: String

    /// All such texts of the rules that call the vector dead.
    static func all(in vector: AnswerVector, by provider: Provider) -> [Proof] {
        let texts = provider.rules.filter { $0.finding == vector.finding && $0.allows(status: vector.status) }
            .flatMap(\.conditions).flatMap(\.expectation.alternatives).compactMap(exact)
        return Set(texts).filter { vector.body.contains("\"\($0)\"") }.map(Proof.init)
    }

    private static func exact(_ expectation: Expectation) -> String? {
        if case .string(let text) = expectation { text } else { nil }
    }

    /// Each occurrence with its last letter changed.
    func misspelling(_ body: String) -> String {
        body.split(separator: "\"\(text)\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\(text.dropLast())\(text.last == "z" ? "y" : "z")\"")
    }

    /// Each occurrence replaced by other JSON.
    func replaced(_ body: String, by json: (String) -> String) -> String {
        body.split(separator: "\"\(text)\"", omittingEmptySubsequences: false).joined(separator: json("\"\(text)\""))
    }
}
