import Yams

/// A mapping of the catalogue's YAML while it is read: every error knows its line and its entry.
struct CatalogueEntry {
    let file: String
    let entry: String
    /// The mapping's place in the entry, for messages: `probe`, `rules`.
    let place: String
    /// The element of a list that this is or stands in, for messages: `rule 2`; empty elsewhere.
    let element: String
    let node: Node
    /// By name. (A look-up in a mapping of Yams compares each of its nodes whole: half the time of reading a catalogue.)
    private let values: [String: Node]

    init(
        _ node: Node, file: String, entry: String, place: String = "", element: String = "", keys: [String]
    ) throws(CatalogueError) {
        try self.init(unchecked: node, file: file, entry: entry, place: place, element: element, keys: keys)
        if let unknown = unknownKeys(keys).first { throw unknown }
    }

    /// The same, with names in it that nobody knows; ``unknownKeys(_:)`` tells of them.
    init(
        unchecked node: Node, file: String, entry: String, place: String = "", element: String = "", keys: [String]
    ) throws(CatalogueError) {
        guard let mapping = node.mapping else {
            let what = [place, element, entry.isEmpty ? "the file" : "the entry"].first { !$0.isEmpty } ?? ""
            throw CatalogueError(
                file: file, line: node.mark?.line ?? 0, entry: entry,
                problem: "\(what) must be a mapping of \(keys.joined(separator: ", "))")
        }
        self.file = file
        self.entry = entry
        self.place = place
        self.element = element
        self.node = node
        values = Dictionary(mapping.indices.map { (mapping[$0].key.string ?? "", mapping[$0].value) }) { $1 }
    }

    subscript(key: String) -> Node? { values[key] }

    func unknownKeys(_ known: [String]) -> [CatalogueError] {
        guard !values.keys.allSatisfy(known.contains) else { return [] }
        let within = place.isEmpty ? "" : " in \(place)"
        return (node.mapping ?? [:]).filter { !known.contains($0.key.string ?? "") }.map { key, _ in
            error("unknown key \"\(key.string ?? "")\"\(within); known are \(known.joined(separator: ", "))", at: key)
        }
    }

    func error(_ problem: String, at node: Node? = nil) -> CatalogueError {
        CatalogueError(
            file: file, line: (node ?? self.node).mark?.line ?? 0, entry: entry,
            problem: element.isEmpty ? problem : "\(element): \(problem)")
    }

    func has(_ key: String) -> Bool { self[key] != nil }

    func inner(_ key: String, keys: [String]) throws(CatalogueError) -> CatalogueEntry? {
        guard let node = self[key] else { return nil }
        return try inner(node, place: key, keys: keys)
    }

    func inner(_ node: Node, place: String, keys: [String]) throws(CatalogueError) -> CatalogueEntry {
        try CatalogueEntry(node, file: file, entry: entry, place: place, element: element, keys: keys)
    }

    /// An element of a list, which messages name: `rule 2`.
    func element(_ node: Node, named name: String, keys: [String]) throws(CatalogueError) -> CatalogueEntry {
        try CatalogueEntry(node, file: file, entry: entry, element: name, keys: keys)
    }

    func needed<Value>(_ key: String, _ value: Value?) throws(CatalogueError) -> Value {
        guard let value else { throw error("\(name(key)) is missing; add it") }
        return value
    }

    func text(_ key: String) throws(CatalogueError) -> String? {
        guard let node = self[key] else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty else {
            throw error("\(name(key)) must be text", at: node)
        }
        return text
    }

    func neededText(_ key: String) throws(CatalogueError) -> String { try needed(key, text(key)) }

    func flag(_ key: String) throws(CatalogueError) -> Bool {
        guard let node = self[key] else { return false }
        guard let flag = node.flag else { throw error("\(name(key)) must be true or false", at: node) }
        return flag
    }

    func number(_ key: String) throws(CatalogueError) -> Double? {
        guard let node = self[key] else { return nil }
        guard let number = node.float, number > 0 else {
            throw error("\(name(key)) must be a number above 0", at: node)
        }
        return number
    }

    /// One of the names of an enumeration.
    func word<Word: RawRepresentable & CaseIterable>(
        _ key: String, as type: Word.Type
    ) throws(CatalogueError) -> Word? where Word.RawValue == String {
        guard let node = self[key] else { return nil }
        return try word(node, key, as: type)
    }

    /// A word or a list of words.
    func words<Word: RawRepresentable & CaseIterable>(
        _ key: String, as type: Word.Type
    ) throws(CatalogueError) -> [Word] where Word.RawValue == String {
        var words: [Word] = []
        for node in nodes(key) { words.append(try word(node, key, as: type)) }
        return words
    }

    private func word<Word: RawRepresentable & CaseIterable>(
        _ node: Node, _ key: String, as type: Word.Type
    ) throws(CatalogueError) -> Word where Word.RawValue == String {
        guard let word = node.scalar.flatMap({ Word(rawValue: $0.string) }) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("\(name(key)) must be one of \(known)", at: node)
        }
        return word
    }

    /// The elements of a list, or the one value that stands in its place.
    func nodes(_ key: String) -> [Node] {
        guard let node = self[key] else { return [] }
        return node.sequence.map(Array.init) ?? [node]
    }

    /// The pairs of an inner mapping, in the order of the file.
    func pairs(_ key: String) throws(CatalogueError) -> [(name: String, node: Node)] {
        guard let node = self[key] else { return [] }
        guard let inner = node.mapping else { throw error("\(name(key)) must be a mapping", at: node) }
        return inner.map { ($0.key.string ?? "", $0.value) }
    }

    func path(_ text: String, at node: Node?) throws(CatalogueError) -> JSONPath {
        guard let path = JSONPath(text) else {
            throw error("\"\(text)\" is no JSON path; write names joined by dots, [] after a list", at: node)
        }
        return path
    }

    private func name(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }
}
