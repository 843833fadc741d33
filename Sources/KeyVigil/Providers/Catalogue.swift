import Yams

/// All providers that this program knows, by id: what came with it, and what the operator added or replaced.
public struct Catalogue: Sendable {
    /// The providers, in the order of their ids.
    public var providers: [Provider] { byID.values.sorted { $0.id < $1.id } }
    private var byID: [String: Provider]
    private let common: CommonRules

    /// The catalogue that came with this program.
    public init() throws(CatalogueError) {
        let yaml = String(decoding: PackageResources.catalogue_yaml, as: UTF8.self)
        let file = try CatalogueFile(yaml, named: "catalogue.yaml")
        let common = try CommonRules(file)
        byID = try file.providers(common)
        self.common = common
    }

    /// The same with the providers of an operator's file added; one with a known id replaces it whole.
    ///
    /// The file holds `providers:` only, in the form of the embedded one; `name` is what errors call it.
    public init(overlaying yaml: String, named name: String) throws(CatalogueError) {
        try self.init()
        byID.merge(try CatalogueFile(yaml, named: name, isOverlay: true).providers(common)) { _, new in new }
    }

    /// The provider with this id.
    public subscript(id: String) -> Provider? { byID[id] }

    /// Everything wrong in an operator's file, one error for each provider; empty when it can be used.
    public static func lint(_ yaml: String, named name: String) -> [CatalogueError] {
        do throws(CatalogueError) {
            let common = try Catalogue().common
            return try CatalogueFile(yaml, named: name, isOverlay: true).problems(common)
        } catch {
            return [error]
        }
    }
}

/// The rules that hold for every provider, behind its own.
struct CommonRules: Sendable {
    let rules: [Rule]
    let canonical: String

    init(_ file: CatalogueFile) throws(CatalogueError) {
        let node = try file.root.needed("common", file.root.mapping["common"])
        let entry = try CatalogueEntry(node, file: file.root.file, entry: "common", keys: ["rules"])
        var rules: [Rule] = []
        for node in entry.nodes("rules") { rules.append(try RuleReader.rule(node, in: entry)) }
        self.rules = rules
        canonical = ContentHash.canonical(node)
    }
}

/// A catalogue's YAML, composed but not yet read.
struct CatalogueFile {
    let root: CatalogueEntry

    init(_ yaml: String, named file: String, isOverlay: Bool = false) throws(CatalogueError) {
        let node: Node?
        do { node = try Yams.compose(yaml: yaml) } catch {
            throw CatalogueError(
                file: file, line: Self.line(of: error), entry: "", problem: "this is no valid YAML; mend this line")
        }
        guard let node else {
            throw CatalogueError(file: file, line: 0, entry: "", problem: "the file is empty; add providers")
        }
        let keys = isOverlay ? ["providers"] : ["common", "providers"]
        root = try CatalogueEntry(node, file: file, entry: "", keys: keys)
    }

    private static func line(of error: any Error) -> Int {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: 0
        }
    }

    func providers(_ common: CommonRules) throws(CatalogueError) -> [String: Provider] {
        var providers: [String: Provider] = [:]
        for (id, node) in try root.pairs("providers") { providers[id] = try provider(id, node, common) }
        return try root.needed("providers", providers.isEmpty ? nil : providers)
    }

    func problems(_ common: CommonRules) throws(CatalogueError) -> [CatalogueError] {
        var problems: [CatalogueError] = []
        for (id, node) in try root.pairs("providers") {
            do throws(CatalogueError) { _ = try provider(id, node, common) } catch { problems.append(error) }
        }
        return problems
    }

    private func provider(_ id: String, _ node: Node, _ common: CommonRules) throws(CatalogueError) -> Provider {
        try ProviderReader(id: id, node: node, file: root.file, common: common.rules, hashSeed: common.canonical)
            .provider()
    }
}
