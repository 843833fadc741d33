/// One `{{…}}` of a template with its place. swift-mustache keeps its own tokens to itself and renders an unknown name
/// as nothing, so names are checked on these.
struct TemplateTag {
    /// `#`, `^`, `/`, `>` and so on; nil for a plain variable.
    let sign: Character?
    let name: String
    let line: Int

    private static let signs: Set<Character> = ["#", "^", "/", "!", "{", "&", ">", "<", "$", "=", "%"]

    /// All tags of a template in order.
    /// - Throws: ``Unfinished`` for a tag without an end.
    static func all(in source: String) throws(Unfinished) -> [TemplateTag] {
        var tags: [TemplateTag] = []
        var line = 1
        var rest = source[...]
        while let open = rest.firstRange(of: "{{") {
            line += lineBreaks(in: rest[..<open.lowerBound])
            let inside = rest[open.upperBound...]
            guard let close = inside.firstRange(of: "}}") else { throw Unfinished(line: line) }
            let body = inside[..<close.lowerBound]
            tags.append(TemplateTag(body, line: line))
            line += lineBreaks(in: body)
            rest = inside[close.upperBound...]
        }
        return tags
    }

    private init(_ body: Substring, line: Int) {
        let sign = body.first.flatMap { Self.signs.contains($0) ? $0 : nil }
        self.sign = sign
        self.name = String(body.dropFirst(sign == nil ? 0 : 1)).trimmed
        self.line = line
    }

    private static func lineBreaks(in text: Substring) -> Int { text.count(where: \.isNewline) }

    /// A tag that begins on this line and never ends.
    struct Unfinished: Error {
        let line: Int
    }
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
