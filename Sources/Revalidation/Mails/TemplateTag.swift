/// One `{{…}}` of a template with its place. swift-mustache keeps its own tokens to itself and renders an unknown name
/// as nothing, so names are checked on these.
struct TemplateTag {
    /// `#`, `^`, `/`, `>` and so on; nil for a plain variable.
    let sign: Character?
    let name: String
    let line: Int

    private static let signs = Set("#^/!{&><$=%".utf8)

    /// All tags of a template in order.
    /// - Throws: ``Unfinished`` for a tag without an end.
    static func all(in source: String) throws(Unfinished) -> [TemplateTag] {
        // By bytes: to look for a text among characters takes a hundred times as long, and every start does it.
        let text = Array(source.utf8)
        var (tags, line, position) = ([TemplateTag](), 1, 0)
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

    /// A tag that begins on this line and never ends.
    struct Unfinished: Error {
        let line: Int
    }
}

extension [UInt8] {
    /// Where two of these stand side by side, at `start` or behind it.
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
