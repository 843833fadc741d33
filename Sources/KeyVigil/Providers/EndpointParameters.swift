internal import Foundation
public import Vocabulary

/// A key's endpoint parameters, such as Azure's `resource`, as canonical JSON: names sorted, no spaces.
public enum EndpointParameters {
    /// Reads `NAME=VALUE` words; a name may stand once.
    ///
    /// - Throws: `InvalidInput` for a word without `=`, a name that stands twice, and a name or value that is not
    ///   allowed.
    public static func parse(_ words: [String]) throws(InvalidInput) -> [String: String] {
        var found: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw InvalidInput("parameter must be NAME=VALUE, as in resource=my-company")
            }
            guard found.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw InvalidInput("a parameter is given twice")
            }
        }
        try check(found)
        return found
    }

    /// Refuses names and values that could break a line; a name may be repeated in a complaint, a value never is.
    static func check(_ params: [String: String]) throws(InvalidInput) {
        for (name, value) in params {
            guard (1...40).contains(name.utf8.count), name.utf8.allSatisfy(isNameByte) else {
                throw InvalidInput("parameter names are letters, digits and _, as in resource=my-company")
            }
            _ = try OneLineText.check(value, "parameter \(name)")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Canonical JSON: what the ciphertext is bound to.
    ///
    /// - Throws: `EncodingError`, which text as name and value never causes.
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
