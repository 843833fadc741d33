internal import Vocabulary

/// All providers that this program knows, by id: what came with it, and what the operator added or replaced.
///
/// Of what came with it each provider is read when somebody first asks for it.
public struct Catalogue: Sendable {
    /// The providers, in the order of their ids.
    public var providers: [Provider] { ids.compactMap { shelf[$0] } }
    /// Their ids, in order.
    public var ids: [String] { shelf.ids.sorted() }
    /// What is announced and not live yet, in the order of the ids.
    public var planned: [PlannedProvider] { plannedByID.values.sorted { $0.id < $1.id } }
    /// What people look for and this program cannot check, in the order of the ids.
    public var unsupported: [UnsupportedProvider] {
        Self.embeddedUnsupported.filter { !contains($0.id) && plannedByID[$0.id] == nil }
    }
    private var shelf: ProviderShelf
    private var plannedByID: [String: PlannedProvider]
    private let common: CommonRules

    /// The catalogue that came with this program.
    public init() throws(CatalogueError) { self = try Self.embedded.get() }

    private static let text = CatalogueText(PackageResources.catalogue_yaml)
    private static let embedded = Result { () throws(CatalogueError) in try Catalogue(text) }
    private static let embeddedUnsupported = sound { () throws(CatalogueError) in try text.unsupported() }

    private init(_ text: CatalogueText) throws(CatalogueError) {
        let common = try text.common()
        let announced = try text.announced.map { id throws(CatalogueError) in try text.entry(id, common) }
        plannedByID = announced.reduce(into: [:]) { $0.merge($1.planned) { $1 } }
        shelf = ProviderShelf(Set(text.ids).subtracting(plannedByID.keys)) { id in
            Self.sound { () throws(CatalogueError) in try text.entry(id, common) }.live[id]
        }
        self.common = common
    }

    /// What is part of the program cannot be wrong on one machine and right on another: it is read whole by the tests, and
    /// a fault here is one of the build, which no operator could mend.
    private static func sound<Value>(_ read: () throws(CatalogueError) -> Value) -> Value {
        do throws(CatalogueError) { return try read() } catch { fatalError("\(error)") }
    }

    /// The same with the providers of an operator's file added; one with a known id replaces it whole.
    ///
    /// The file holds `providers:` only, in the form of the embedded one; `name` is what errors call it.
    public init(overlaying yaml: String, named name: String) throws(CatalogueError) {
        try self.init()
        add(try CatalogueFile(yaml, named: name, isOverlay: true).providers(common))
    }

    private mutating func add(_ providers: CatalogueProviders) {
        shelf = shelf.replacing(Set(providers.planned.keys), by: providers.live)
        plannedByID = plannedByID.filter { providers.live[$0.key] == nil }.merging(providers.planned) { $1 }
    }

    /// The provider with this id; nil for one that is only planned.
    public subscript(id: String) -> Provider? { shelf[id] }

    /// Begins to read these, on another thread: for whoever has something else to do before they are needed.
    package func prepare(_ ids: Set<String>) {
        Task.detached { [shelf] in for id in ids { _ = shelf[id] } }
    }

    /// Whether there is such a provider, live.
    public func contains(_ id: String) -> Bool { shelf.ids.contains(id) }

    /// The same with probes that are POST or cost something allowed or not; at first they are not.
    public func allowingPaidProbes(_ isAllowed: Bool) -> Catalogue {
        mapped { provider in
            var provider = provider
            provider.isProbeAllowed = isAllowed || !provider.probe.isPaid
            return provider
        }
    }

    func mapped(_ change: @escaping @Sendable (Provider) -> Provider) -> Catalogue {
        var catalogue = self
        catalogue.shelf = shelf.mapped(change)
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
