/// What the simulator does with a request: answer with a recorded vector, or misbehave.
///
/// As text: `valid`, `invalid`, `down`, `drop`, `truncated`, the name of a vector such as `account_deactivated`, or
/// `slow:SECONDS` and `slow:SECONDS:SCENARIO` for a late answer.
public indirect enum Scenario: Sendable, Equatable {
    /// The provider's answer for a living key.
    case valid
    /// The provider's answer for a key it does not know.
    case invalid
    /// The answer of the vector with this name.
    case vector(String)
    /// 503 without a body.
    case down
    /// The connection closes without a byte of answer.
    case drop
    /// The answer for a living key, cut in the middle.
    case truncated
    /// Another scenario, late.
    case slow(Duration, Scenario)

    /// Reads the text form; nil when a delay is no number of seconds.
    public init?(_ text: String) {
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

    /// The vector that the scenario plays in the end, where it plays one by name.
    var vectorName: String? {
        switch self {
        case .vector(let name): name
        case .slow(_, let then): then.vectorName
        default: nil
        }
    }
}

extension Scenario: Decodable {
    /// Decodes the text form.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let scenario = Scenario(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "write slow:SECONDS or slow:SECONDS:SCENARIO"))
        }
        self = scenario
    }
}

extension Scenario: ExpressibleByStringLiteral {
    /// The text form, for tests; a malformed delay becomes a vector's name and is refused with it.
    public init(stringLiteral value: String) { self = Scenario(value) ?? .vector(value) }
}
