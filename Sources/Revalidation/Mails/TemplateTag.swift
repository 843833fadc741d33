/// One `{{…}}` tag of a template, with its line. swift-mustache does not publish its tokens and renders an unknown
/// name as an empty string, so ``TemplateCheck`` checks these instead.
struct TemplateTag {
    /// `#`, `^`, `/`, `>` and so on; nil for a plain variable.
    let sign: Character?
    let name: String
    /// Counted from 1.
    let line: Int

    private static let signs = Set("#^/!{&><$=%".utf8)

    /// All tags of a template in order.
    /// - Throws: ``Unfinished`` for a tag without an end.
    static func all(in source: String) throws(Unfinished) -> [TemplateTag] {
        // Searching bytes is a hundred times as fast as searching characters, and every start searches all templates.
        let text = Array(source.utf8)
        var tags: [TemplateTag] = []
        var line = 1
        var position = 0
        while let open = text.firstPair(of: UInt8(ascii: "{"), from: position) {
            line += text.lineBreaks(in: position..<open)
            guard let close = text.firstPair(of: UInt8(ascii: "}"), from: open + 2) else {
                throw Unfinished(line: line)
            }
            tags.append(TemplateTag(text[(open + 2)..<close], line: line))
            line += text.lineBreaks(in: open..<close)
            position = close + 2
        }
        return tags
    }

    private init(_ body: ArraySlice<UInt8>, line: Int) {
        let sign = body.first.flatMap { Self.signs.contains($0) ? $0 : nil }
        self.sign = sign.map { Character(Unicode.Scalar($0)) }
        self.name = String(decoding: body.dropFirst(sign == nil ? 0 : 1), as: UTF8.self).trimmed
        self.line = line
    }

    /// A tag without `}}`.
    struct Unfinished: Error {
        /// The line on which the tag begins.
        let line: Int
    }
}

extension [UInt8] {
    /// The index of the first two adjacent bytes equal to `byte`, at `start` or after it.
    fileprivate func firstPair(of byte: UInt8, from start: Int) -> Int? {
        var index = start
        while index + 1 < count {
            if self[index] == byte, self[index + 1] == byte { return index }
            index += 1
        }
        return nil
    }

    fileprivate func lineBreaks(in range: Range<Int>) -> Int { self[range].count { $0 == UInt8(ascii: "\n") } }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
