import Yams

/// A catalogue's YAML, composed but not yet read.
struct CatalogueFile {
    let root: CatalogueEntry
    let isOverlay: Bool

    init(_ yaml: String, named file: String, isOverlay: Bool = false) throws(CatalogueError) {
        let node: Node?
        do { node = try Yams.compose(yaml: yaml, .basic) } catch {
            throw CatalogueError(
                file: file, line: Self.line(of: error), entry: "", problem: "this is no valid YAML; mend this line")
        }
        guard let node else {
            throw CatalogueError(file: file, line: 0, entry: "", problem: "the file is empty; add providers")
        }
        let keys = isOverlay ? ["providers"] : ["common", "providers", "unsupported"]
        root = try CatalogueEntry(node, file: file, entry: "", keys: keys)
        self.isOverlay = isOverlay
    }

    private static func line(of error: any Error) -> Int {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: 0
        }
    }

    func providers(_ common: CommonRules) throws(CatalogueError) -> CatalogueProviders {
        var providers = CatalogueProviders()
        for (id, node) in try root.pairs("providers") {
            try providers.add(ProviderReader(id: id, node: node, file: self, common: common))
        }
        return try root.needed("providers", providers.isEmpty ? nil : providers)
    }

    func unsupported() throws(CatalogueError) -> [UnsupportedProvider] {
        var found: [UnsupportedProvider] = []
        for (id, node) in try root.pairs("unsupported") {
            let entry = try CatalogueEntry(node, file: root.file, entry: id, keys: ["name", "reason"])
            found.append(
                UnsupportedProvider(id: id, name: try entry.neededText("name"), reason: try entry.neededText("reason")))
        }
        return found.sorted { $0.id < $1.id }
    }

    /// The providers that can be used, and what is wrong with the others.
    func usable(
        _ common: CommonRules
    ) throws(CatalogueError) -> (providers: CatalogueProviders, problems: [CatalogueError]) {
        let entries = try root.pairs("providers")
        _ = try root.needed("providers", entries.first)
        var providers = CatalogueProviders()
        var found = ProblemList()
        for (id, node) in entries {
            guard
                let reader = found.note({ () throws(CatalogueError) in
                    try ProviderReader(id: id, node: node, file: self, common: common)
                })
            else { continue }
            let problems = reader.problems()
            found.problems += problems
            if problems.isEmpty { found.note { () throws(CatalogueError) in try providers.add(reader) } }
        }
        return (providers, found.problems)
    }
}

/// The entries of a file, by what they are.
struct CatalogueProviders {
    private(set) var live: [String: Provider] = [:]
    private(set) var planned: [String: PlannedProvider] = [:]

    var isEmpty: Bool { live.isEmpty && planned.isEmpty }

    mutating func add(_ reader: ProviderReader) throws(CatalogueError) {
        if try reader.isPlanned() {
            planned[reader.id] = try reader.planned()
        } else {
            live[reader.id] = try reader.provider()
        }
    }
}

/// The problems of several readings, each of which can go wrong on its own.
struct ProblemList {
    var problems: [CatalogueError] = []

    /// What was read; nil when it could not be. Two readings of one part have one problem.
    @discardableResult
    mutating func note<Value>(_ read: () throws(CatalogueError) -> Value) -> Value? {
        do throws(CatalogueError) { return try read() } catch {
            if !problems.contains(error) { problems.append(error) }
            return nil
        }
    }
}
