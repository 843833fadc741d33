/// The rules that are tried for every provider after its own.
struct CommonRules: Sendable {
    let rules: [Rule]
    /// The state from which the content hash of every entry goes on: a change of a common rule changes all hashes.
    let hash: ContentHash

    init(_ file: CatalogueFile) throws(CatalogueError) {
        let entry = try CatalogueEntry(file.root, at: .init(file: file.name, entry: "common"), keys: ["rules"])
        var rules: [Rule] = []
        for (index, node) in entry.nodes("rules").enumerated() {
            rules.append(try RuleReader.rule(node, at: .common(index + 1), in: entry))
        }
        var hash = ContentHash()
        hash.add(file.root)
        self.rules = rules
        self.hash = hash
    }
}
