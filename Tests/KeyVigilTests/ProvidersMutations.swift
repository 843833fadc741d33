import Foundation

@testable import KeyVigil

/// Changes to a dead answer, each of which makes it prove nothing about the key.
enum Mutation: String, CaseIterable, Sendable {
    case otherStatuses, truncated, asHTML, asText, withoutType, empty, byteOrderMark, utf16, duplicateNames
    case codeMisspelt
    case codeOneLevelUp, codeOneLevelDown, codeAsList, codeAsNumber, codeAsNull, deeplyNested, trailingText, listOfTwo

    func answers(_ vector: AnswerVector, proofs: [ConfirmationRule]) -> [Answer] {
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
        case .codeAsNumber:
            return proofs.map { proof in
                with(answer, text: proof.replaced(vector.body) { proof.isText ? "401" : "\"\($0.dropFirst())\"" })
            }
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

    /// The body with one member repeated: at the top, and within each object.
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

    /// The inner object in place of the outer one.
    private func unwrapped(_ body: String) -> String {
        guard let start = body.dropFirst(2).firstIndex(of: "{"), let end = body.dropLast(1).lastIndex(of: "}") else {
            return "{\"nothing\": \(body)}"
        }
        return String(body[start...end])
    }
}

/// The evidence that a dead rule tests in a body: a code or a message, as JSON.
struct ConfirmationRule: Sendable, Hashable {
    let json: String
    let misspelt: String

    /// The evidence of all rules that find the vector dead.
    static func all(in vector: AnswerVector, by provider: Provider) -> [ConfirmationRule] {
        let rules = provider.rules.filter { $0.finding == vector.finding && $0.allows(status: vector.status) }
        let expectations = rules.flatMap(\.conditions).flatMap(\.expectation.alternatives)
        let exact = Set(expectations.compactMap(exact)).filter { vector.body.contains($0.json) }
        let proofs = exact.isEmpty ? Set(expectations.flatMap { echoes(of: $0, in: vector.body) }) : exact
        return proofs.sorted { $0.json < $1.json }
    }

    private static func exact(_ expectation: Expectation) -> ConfirmationRule? {
        switch expectation {
        case .string(let text):
            ConfirmationRule(json: "\"\(text)\"", misspelt: "\"\(text.dropLast())\(text.last == "z" ? "y" : "z")\"")
        case .bool(let truth): ConfirmationRule(json: " \(truth)", misspelt: " \(!truth)")
        case .number(let number): ConfirmationRule(json: " \(Int(number))", misspelt: " \(Int(number) + 1)")
        case .pattern, .kind, .absent, .atLeast, .above, .atMost, .anyOf: nil
        }
    }

    /// The texts of the body that match the pattern, with its longest piece misspelt.
    private static func echoes(of expectation: Expectation, in body: String) -> [ConfirmationRule] {
        guard case .pattern(let pattern) = expectation else { return [] }
        let piece = pattern.source.split(separator: "*").max { $0.count < $1.count } ?? ""
        return body.split(separator: "\"").filter { pattern.matches($0.utf8) }.map { text in
            let other = String(piece.dropLast()) + (piece.last == "z" ? "y" : "z")
            return ConfirmationRule(json: "\"\(text)\"", misspelt: "\"\(text.replacing(piece, with: other))\"")
        }
    }

    /// Whether the evidence is a JSON string, not a number or a Boolean.
    var isText: Bool { json.hasPrefix("\"") }

    /// The body with each occurrence of the evidence misspelt.
    func misspelling(_ body: String) -> String { replaced(body) { _ in misspelt } }

    /// The body with each occurrence of the evidence replaced.
    func replaced(_ body: String, by other: (String) -> String) -> String { body.replacing(json, with: other(json)) }
}
