import Yams

/// A mapping in the catalogue's YAML. Its errors name the file, the line and the entry.
struct CatalogueEntry {
    /// Where a mapping stands, for error messages.
    struct Place {
        let file: String
        /// The provider's id, or `common`; empty for the file as a whole.
        let entry: String
        /// The mapping's name within the entry: `probe`; empty for the entry itself.
        var mapping = ""
        /// The list element that this is or stands in: `rule 2`; empty elsewhere.
        var element = ""
    }

    let place: Place
    let node: Node
    /// By name. (A look-up in a mapping of Yams compares whole nodes: half the time of reading a catalogue.)
    private let values: [String: Node]

    /// - Parameter keys: the names that may stand in the mapping.
    /// - Throws: ``CatalogueError`` where the node is no mapping or holds another name.
    init(_ node: Node, at place: Place, keys: [String]) throws(CatalogueError) {
        try self.init(allowingUnknownKeys: node, at: place, keys: keys)
        if let unknown = unknownKeys(keys).first { throw unknown }
    }

    /// The same for a caller that reports unknown names itself, with ``unknownKeys(_:)``.
    init(allowingUnknownKeys node: Node, at place: Place, keys: [String]) throws(CatalogueError) {
        guard let mapping = node.mapping else {
            let whole = place.entry.isEmpty ? "the file" : "the entry"
            let name = [place.mapping, place.element].first { !$0.isEmpty } ?? whole
            throw CatalogueError(
                file: place.file, line: node.mark?.line ?? 0, entry: place.entry,
                problem: "\(name) must be a mapping of \(keys.joined(separator: ", "))")
        }
        self.place = place
        self.node = node
        values = Dictionary(mapping.indices.map { (mapping[$0].key.string ?? "", mapping[$0].value) }) { $1 }
    }

    subscript(key: String) -> Node? { values[key] }

    func unknownKeys(_ known: [String]) -> [CatalogueError] {
        guard !values.keys.allSatisfy(known.contains) else { return [] }
        let within = place.mapping.isEmpty ? "" : " in \(place.mapping)"
        return (node.mapping ?? [:]).filter { !known.contains($0.key.string ?? "") }.map { key, _ in
            error("unknown key \"\(key.string ?? "")\"\(within); known are \(known.joined(separator: ", "))", at: key)
        }
    }

    /// - Parameter node: whose line the error names; nil: the mapping's own.
    func error(_ problem: String, at node: Node? = nil) -> CatalogueError {
        CatalogueError(
            file: place.file, line: (node ?? self.node).mark?.line ?? 0, entry: place.entry,
            problem: place.element.isEmpty ? problem : "\(place.element): \(problem)")
    }

    func has(_ key: String) -> Bool { self[key] != nil }

    /// The mapping under `key`; nil where there is none.
    func mapping(_ key: String, keys: [String]) throws(CatalogueError) -> CatalogueEntry? {
        guard let node = self[key] else { return nil }
        return try mapping(node, named: key, keys: keys)
    }

    func mapping(_ node: Node, named name: String, keys: [String]) throws(CatalogueError) -> CatalogueEntry {
        var inner = place
        inner.mapping = name
        return try CatalogueEntry(node, at: inner, keys: keys)
    }

    /// An element of a list, which messages call `name`: `rule 2`.
    func element(_ node: Node, named name: String, keys: [String]) throws(CatalogueError) -> CatalogueEntry {
        let inner = Place(file: place.file, entry: place.entry, element: name)
        return try CatalogueEntry(node, at: inner, keys: keys)
    }

    func required<Value>(_ key: String, value: Value?) throws(CatalogueError) -> Value {
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

    func requiredText(_ key: String) throws(CatalogueError) -> String { try required(key, value: text(key)) }

    func bool(_ key: String) throws(CatalogueError) -> Bool {
        guard let node = self[key] else { return false }
        guard let bool = node.truth else { throw error("\(name(key)) must be true or false", at: node) }
        return bool
    }

    func number(_ key: String) throws(CatalogueError) -> Double? {
        guard let node = self[key] else { return nil }
        guard let number = node.float, number > 0 else {
            throw error("\(name(key)) must be a number above 0", at: node)
        }
        return number
    }

    /// One of the names of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type
    ) throws(CatalogueError) -> Choice? where Choice.RawValue == String {
        guard let node = self[key] else { return nil }
        return try choice(at: node, key: key, of: type)
    }

    func requiredChoice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type
    ) throws(CatalogueError) -> Choice where Choice.RawValue == String {
        try required(key, value: choice(key, of: type))
    }

    /// A name or a list of names.
    func choices<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type
    ) throws(CatalogueError) -> [Choice] where Choice.RawValue == String {
        var choices: [Choice] = []
        for node in nodes(key) { choices.append(try choice(at: node, key: key, of: type)) }
        return choices
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        at node: Node, key: String, of type: Choice.Type
    ) throws(CatalogueError) -> Choice where Choice.RawValue == String {
        guard let choice = node.scalar.flatMap({ Choice(rawValue: $0.string) }) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("\(name(key)) must be one of \(known)", at: node)
        }
        return choice
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

    private func name(_ key: String) -> String { place.mapping.isEmpty ? key : "\(place.mapping).\(key)" }
}
