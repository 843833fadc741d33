/// All providers that this program knows, by id: what came with it, and what the operator added or replaced.
public struct Catalogue: Sendable {
    /// The providers, in the order of their ids.
    public var providers: [Provider] { byID.keys.sorted().compactMap { byID[$0] } }
    /// What is announced and not live yet, in the order of the ids.
    public var planned: [PlannedProvider] { plannedByID.values.sorted { $0.id < $1.id } }
    /// What people look for and this program cannot check, in the order of the ids.
    public private(set) var unsupported: [UnsupportedProvider]
    private var byID: [String: Provider]
    private var plannedByID: [String: PlannedProvider]
    private let common: CommonRules

    /// The catalogue that came with this program.
    public init() throws(CatalogueError) { self = try Self.embedded.get() }

    private static let embedded = Result { () throws(CatalogueError) in try Catalogue(embedded: ()) }

    private init(embedded: Void) throws(CatalogueError) {
        let yaml = String(decoding: PackageResources.catalogue_yaml, as: UTF8.self)
        let file = try CatalogueFile(yaml, named: "catalogue.yaml")
        let common = try CommonRules(file)
        let providers = try file.providers(common)
        (byID, plannedByID) = (providers.live, providers.planned)
        unsupported = try file.unsupported()
        self.common = common
    }

    /// The same with the providers of an operator's file added; one with a known id replaces it whole.
    ///
    /// The file holds `providers:` only, in the form of the embedded one; `name` is what errors call it.
    public init(overlaying yaml: String, named name: String) throws(CatalogueError) {
        try self.init()
        add(try CatalogueFile(yaml, named: name, isOverlay: true).providers(common))
    }

    private mutating func add(_ providers: CatalogueProviders) {
        let isNew = { (id: String) in providers.live[id] != nil || providers.planned[id] != nil }
        byID = byID.filter { !isNew($0.key) }.merging(providers.live) { $1 }
        plannedByID = plannedByID.filter { !isNew($0.key) }.merging(providers.planned) { $1 }
        unsupported.removeAll { isNew($0.id) }
    }

    /// The provider with this id; nil for one that is only planned.
    public subscript(id: String) -> Provider? { byID[id] }

    /// The same with probes that are POST or cost something allowed or not; at first they are not.
    public func allowingPaidProbes(_ isAllowed: Bool) -> Catalogue {
        mapped { provider in
            var provider = provider
            provider.isProbeAllowed = isAllowed || !provider.probe.isPaid
            return provider
        }
    }

    func mapped(_ change: (Provider) -> Provider) -> Catalogue {
        var catalogue = self
        catalogue.byID = byID.mapValues(change)
        return catalogue
    }

    /// Why there is no provider with this id, and what to do.
    public func absence(of id: String) -> String {
        if plannedByID[id] != nil {
            return "provider \(id) is planned and not live yet; its keys can be stored and used once it is live"
        }
        if let known = unsupported.first(where: { $0.id == id }) {
            return "\(known.name) is not supported: \(known.reason)"
        }
        return "there is no provider \(Self.quoted(id)); `keyvigil providers list` shows all"
    }

    /// Short ones alone: somebody may have given the key in the provider's place.
    private static func quoted(_ id: String) -> String {
        Identifier.isValid(id) && id.count < 16 ? "'\(id)'" : "of this name"
    }

    /// Adds those providers of an operator's file that can be used, and tells what is wrong with the others.
    mutating func overlay(_ yaml: String, named name: String) -> [CatalogueError] {
        do throws(CatalogueError) {
            let (providers, problems) = try CatalogueFile(yaml, named: name, isOverlay: true).usable(common)
            add(providers)
            return problems
        } catch {
            return [error]
        }
    }
}

/// The rules that hold for every provider, behind its own.
struct CommonRules: Sendable {
    let rules: [Rule]
    /// Every entry's hash begins with theirs.
    private(set) var hash = ContentHash()

    init(_ file: CatalogueFile) throws(CatalogueError) {
        let node = try file.root.needed("common", file.root["common"])
        let entry = try CatalogueEntry(node, file: file.root.file, entry: "common", keys: ["rules"])
        var rules: [Rule] = []
        for (index, node) in entry.nodes("rules").enumerated() {
            rules.append(try RuleReader.rule(node, at: .common(index + 1), in: entry))
        }
        self.rules = rules
        hash.add(node)
    }
}
