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

    /// Adds those providers of an operator's file that can be used, and tells what is wrong with the others.
    mutating func overlay(_ yaml: String, named name: String) -> [CatalogueError] {
        do throws(CatalogueError) {
            let (providers, problems) = try CatalogueFile(yaml, named: name, isOverlay: true).usable(common)
            byID.merge(providers) { _, new in new }
            return problems
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
        for (index, node) in entry.nodes("rules").enumerated() {
            rules.append(try RuleReader.rule(node, at: .common(index + 1), in: entry))
        }
        self.rules = rules
        canonical = ContentHash.canonical(node)
    }
}
