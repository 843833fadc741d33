internal import Foundation

/// A key's endpoint parameters, such as Azure's `resource`, as canonical JSON: names sorted, no spaces.
public enum EndpointParameters {
    /// Reads `NAME=VALUE` words; a name may stand once.
    public static func parse(_ words: [String]) throws(InvalidInput) -> [String: String] {
        var found: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw InvalidInput("parameter must be NAME=VALUE, as in resource=my-company")
            }
            guard found.updateValue(try PlainText.check(parts[1], "parameter \(parts[0])"), forKey: parts[0]) == nil
            else { throw InvalidInput("parameter \(parts[0]) is given twice") }
        }
        return found
    }

    /// Canonical JSON: what the ciphertext is bound to.
    public static func json(_ params: [String: String]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(params), as: UTF8.self)
    }

    /// Reads canonical JSON back; text that is none reads as no parameters, and the ciphertext then fails to open.
    public static func read(_ json: String) -> [String: String] {
        json == "{}" ? [:] : (try? JSONDecoder().decode([String: String].self, from: Data(json.utf8))) ?? [:]
    }
}
