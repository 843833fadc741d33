import Yams

/// An operator's catalogue: one file whose mapping `providers` holds entries by provider id.
struct OperatorCatalogue {
    /// The entries that could be used, live and planned ones apart.
    struct Providers {
        private(set) var live: [String: Provider] = [:]
        private(set) var planned: [String: PlannedProvider] = [:]

        fileprivate mutating func add(_ reader: ProviderReader) throws(CatalogueError) {
            if try reader.isPlanned() {
                planned[reader.id] = try reader.planned()
            } else {
                live[reader.id] = try reader.provider()
            }
        }
    }

    private let file: String
    private let entries: [(id: String, node: Node)]
    private let common: CommonRules

    /// - Throws: ``CatalogueError`` where the file holds no mapping `providers` with at least one entry.
    init(_ yaml: String, named name: String, common: CommonRules) throws(CatalogueError) {
        let root = try CatalogueEntry(
            CatalogueFile(yaml, named: name).root, at: .init(file: name, entry: ""), keys: ["providers"])
        let entries = try root.pairs("providers").map { (id: $0.name, node: $0.node) }
        _ = try root.required("providers", value: entries.first)
        file = name
        self.entries = entries
        self.common = common
    }

    /// All entries.
    ///
    /// - Throws: the first problem of the first entry that has one.
    func providers() throws(CatalogueError) -> Providers {
        var providers = Providers()
        for (id, node) in entries { try providers.add(reader(of: id, node: node)) }
        return providers
    }

    /// The entries without problems, and all problems of the others.
    func usable() -> (providers: Providers, problems: [CatalogueError]) {
        var providers = Providers()
        var found = ProblemList()
        for (id, node) in entries {
            let reading = found.collect { () throws(CatalogueError) in try reader(of: id, node: node) }
            guard let entry = reading else { continue }
            let problems = entry.problems()
            found.problems += problems
            if problems.isEmpty { found.collect { () throws(CatalogueError) in try providers.add(entry) } }
        }
        return (providers, found.problems)
    }

    private func reader(of id: String, node: Node) throws(CatalogueError) -> ProviderReader {
        try ProviderReader(id: id, node: node, file: file, isOperators: true, common: common)
    }
}

/// The problems of several readings, each of which may fail without stopping the next.
struct ProblemList {
    var problems: [CatalogueError] = []

    /// The value that was read; nil when reading failed. A problem that several readings report is kept once.
    @discardableResult
    mutating func collect<Value>(_ read: () throws(CatalogueError) -> Value) -> Value? {
        do throws(CatalogueError) { return try read() } catch {
            if !problems.contains(error) { problems.append(error) }
            return nil
        }
    }
}
