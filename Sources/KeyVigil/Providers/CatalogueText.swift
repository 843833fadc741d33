/// The catalogue that came with this program, cut at its entries: a run needs a few of so many, and YAML is slow to read.
///
/// An entry of `providers:` begins with its id after two spaces; `planned:` stands behind four.
struct CatalogueText: Sendable {
    /// The ids of the providers, planned ones included.
    var ids: some Collection<String> { providers.keys }
    /// Of these, those whose entry says `planned`.
    private(set) var announced: [String] = []
    private let bytes: [UInt8]
    private var sections: [String: Part] = [:]
    private var providers: [String: Part] = [:]

    /// Where a section (indented by 0) or an entry (by 2) begins.
    private struct Mark {
        let name: String
        let indent: Int
        let line: Int
        let start: Int
    }

    /// Whole lines of the file.
    private struct Part {
        /// How many lines stand before it.
        let linesBefore: Int
        let bytes: Range<Int>
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var (line, start, marks, isListing) = (0, 0, [Mark](), false)
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
            let indent = bytes[start..<end].prefix { $0 == UInt8(ascii: " ") }.count
            if indent == 0 || (isListing && [2, 4].contains(indent)), let name = name(in: start + indent..<end) {
                if indent == 0 { isListing = name == "providers" }
                if indent == 4, name == "planned" { announced += marks.suffix(1).map(\.name) }
                if indent < 4 { marks.append(Mark(name: name, indent: indent, line: line, start: start)) }
            }
            (line, start) = (line + 1, end)
        }
        cut(at: marks)
    }

    /// A section ends where the next one begins, an entry where anything does.
    private mutating func cut(at marks: [Mark]) {
        var (sectionEnd, entryEnd) = (bytes.count, bytes.count)
        for mark in marks.reversed() {
            let part = { Part(linesBefore: mark.line, bytes: mark.start..<$0) }
            if mark.indent == 0 {
                sections[mark.name] = part(sectionEnd)
                sectionEnd = mark.start
            } else {
                providers[mark.name] = part(entryEnd)
            }
            entryEnd = mark.start
        }
    }

    /// What stands before the first colon; nil for a comment and an empty line.
    private func name(in text: Range<Int>) -> String? {
        guard let first = bytes[text].first, first != UInt8(ascii: "#"), first != UInt8(ascii: "\n"),
            let colon = bytes[text].firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        return String(decoding: bytes[text.lowerBound..<colon], as: UTF8.self)
    }

    func common() throws(CatalogueError) -> CommonRules { try CommonRules(file(sections["common"], under: "")) }

    func unsupported() throws(CatalogueError) -> [UnsupportedProvider] {
        try file(sections["unsupported"], under: "").unsupported()
    }

    func entry(_ id: String, _ common: CommonRules) throws(CatalogueError) -> CatalogueProviders {
        try file(providers[id], under: "providers:\n").providers(common)
    }

    /// As many empty lines stand before the part as lines did: problems name the true line.
    private func file(_ part: Part?, under heading: String) throws(CatalogueError) -> CatalogueFile {
        guard let part else { return try CatalogueFile("", named: "catalogue.yaml") }
        let lines = part.linesBefore - (heading.isEmpty ? 0 : 1)
        let text = String(repeating: "\n", count: lines) + heading + String(decoding: bytes[part.bytes], as: UTF8.self)
        return try CatalogueFile(text, named: "catalogue.yaml")
    }
}
