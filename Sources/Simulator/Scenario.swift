/// How the simulator answers a request: with a recorded vector, or as a server that fails.
///
/// As text: `valid`, `invalid`, `down`, `drop`, `truncated`, the name of a vector such as `account_deactivated`, or
/// `slow:SECONDS` and `slow:SECONDS:SCENARIO`, with 0 to 3600 seconds, for an answer after a delay.
package indirect enum Scenario: Sendable, Equatable {
    /// The provider's answer for a key that works.
    case valid
    /// The provider's answer for a key it does not know.
    case invalid
    /// The answer of the vector with this name.
    case vector(String)
    /// 503 without a body.
    case down
    /// The connection is closed before any byte of an answer.
    case drop
    /// The answer for a key that works, with half of its body.
    case truncated
    /// Another scenario, after a delay.
    case slow(Duration, Scenario)

    /// Reads the text form; nil when a delay is not a number from 0 to 3600.
    package init?(_ text: String) {
        switch text {
        case "valid": self = .valid
        case "invalid": self = .invalid
        case "down": self = .down
        case "drop": self = .drop
        case "truncated": self = .truncated
        default:
            if text.hasPrefix("slow:") { self.init(slow: text.dropFirst(5)) } else { self = .vector(text) }
        }
    }

    private init?(slow text: Substring) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard let seconds = parts.first.flatMap({ Double($0) }), (0...3600).contains(seconds),
            let then = Scenario(parts.count > 1 ? String(parts[1]) : "valid")
        else { return nil }
        self = .slow(.milliseconds(Int64(seconds * 1000)), then)
    }

    /// The name of the vector that the scenario answers with, where it names one.
    var vectorName: String? {
        switch self {
        case .vector(let name): name
        case .slow(_, let then): then.vectorName
        default: nil
        }
    }
}

extension Scenario: Decodable {
    /// Decodes the text form. Throws `DecodingError` for a malformed delay.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let scenario = Scenario(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "write slow:SECONDS or slow:SECONDS:SCENARIO"))
        }
        self = scenario
    }
}

extension Scenario: ExpressibleByStringLiteral {
    /// The text form. A malformed delay becomes a vector's name, which ``Simulator`` refuses.
    package init(stringLiteral value: String) { self = Scenario(value) ?? .vector(value) }
}
