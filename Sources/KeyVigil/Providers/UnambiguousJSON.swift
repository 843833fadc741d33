import Foundation

/// Decides whether every JSON parser reads the same document from a text, which a dead verdict requires.
///
/// Parsers differ on repeated names, and Foundation drops the repetition silently. So the strings in the parsed document
/// are counted and compared with the quotes in the text: a dropped member leaves a difference.
struct UnambiguousJSON {
    private static let maxDepth = 16

    static func holds(_ decoder: any Decoder, text: [UInt8]) -> Bool {
        (try? strings(in: decoder, depth: 0)) == quotedStrings(in: text)
    }

    private static func strings(in decoder: any Decoder, depth: Int) throws -> Int {
        guard depth < maxDepth else { throw TooDeep() }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() { return 0 }
        if (try? value.decode(String.self)) != nil { return 1 }
        if let object = try? decoder.container(keyedBy: JSONProjection.Name.self) {
            return try object.allKeys.reduce(0) {
                try $0 + 1 + strings(in: object.superDecoder(forKey: $1), depth: depth + 1)
            }
        }
        if var list = try? decoder.unkeyedContainer() {
            var count = 0
            while !list.isAtEnd { count += try strings(in: list.superDecoder(), depth: depth + 1) }
            return count
        }
        if (try? value.decode(Bool.self)) == nil { _ = try value.decode(Double.self) }
        return 0
    }

    private static func quotedStrings(in text: [UInt8]) -> Int {
        var quotes = 0
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "\"") { quotes += 1 }
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return quotes / 2
    }

    private struct TooDeep: Error {}
}
