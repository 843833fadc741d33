public import Vocabulary

/// All providers that this program knows, by id: the embedded ones, and those that the operator added or replaced.
///
/// An embedded provider is parsed at its first use, which takes some tenths of a millisecond.
public struct Catalogue: Sendable {
    /// The live providers, in the order of their ids. Parses all of them.
    public var providers: [Provider] { ids.compactMap { live[$0] } }
    /// The ids of the live providers, in order.
    public var ids: [String] { live.ids.sorted() }
    /// The announced providers, in the order of their ids.
    public var planned: [PlannedProvider] { plannedByID.values.sorted { $0.id < $1.id } }
    /// The providers that people look for and this program cannot check, in the order of their ids.
    public var unsupported: [UnsupportedProvider] {
        Self.embeddedUnsupported.filter { !contains($0.id) && plannedByID[$0.id] == nil }
    }
    private var live: LazyProviders
    private var plannedByID: [String: PlannedProvider]
    private let common: CommonRules

    /// The embedded catalogue.
    ///
    /// - Throws: ``CatalogueError`` for a fault in the common rules, which is a fault of the build.
    public init() throws(CatalogueError) { self = try Self.embedded.get() }

    private static let embedded = Result { () throws(CatalogueError) in
        try Catalogue(embeddedWith: EmbeddedCatalogue.commonRules())
    }
    private static let embeddedUnsupported = mustSucceed { () throws(CatalogueError) in
        try EmbeddedCatalogue.unsupported()
    }

    private init(embeddedWith common: CommonRules) throws(CatalogueError) {
        plannedByID = [:]
        for id in EmbeddedCatalogue.plannedIDs {
            plannedByID[id] = try EmbeddedCatalogue.reader(of: id, common: common).planned()
        }
        live = LazyProviders(Set(EmbeddedCatalogue.texts.keys).subtracting(EmbeddedCatalogue.plannedIDs)) { id in
            Self.mustSucceed { () throws(CatalogueError) in
                try EmbeddedCatalogue.reader(of: id, common: common).provider()
            }
        }
        self.common = common
    }

    /// Embedded files are the same on every machine and the tests read all of them: a fault in one is a fault of the
    /// build, which no operator can correct.
    private static func mustSucceed<Value>(_ read: () throws(CatalogueError) -> Value) -> Value {
        do throws(CatalogueError) { return try read() } catch { fatalError("\(error)") }
    }

    /// The embedded catalogue with the providers of an operator's file added; one with a known id replaces it whole.
    ///
    /// - Parameters:
    ///   - yaml: a mapping `providers` of entries by id, each written as the embedded files are.
    ///   - name: what errors call the file.
    /// - Throws: ``CatalogueError`` for the first problem, with its line; `CatalogueReport` lists all.
    public init(overlaying yaml: String, named name: String) throws(CatalogueError) {
        try self.init()
        add(try OperatorCatalogue(yaml, named: name, common: common).providers())
    }

    /// Adds those providers of an operator's file that have no problem, and returns the problems of the others.
    mutating func overlay(_ yaml: String, named name: String) -> [CatalogueError] {
        do throws(CatalogueError) {
            let (providers, problems) = try OperatorCatalogue(yaml, named: name, common: common).usable()
            add(providers)
            return problems
        } catch {
            return [error]
        }
    }

    private mutating func add(_ providers: OperatorCatalogue.Providers) {
        live = live.replacing(Set(providers.planned.keys), by: providers.live)
        plannedByID = plannedByID.filter { providers.live[$0.key] == nil }.merging(providers.planned) { $1 }
    }

    /// The live provider with this id; nil for an unknown and for a planned one.
    public subscript(id: String) -> Provider? { live[id] }

    /// Starts to parse these providers on another thread, for a caller that does something else before it needs them.
    package func prepare(_ ids: Set<String>) {
        Task.detached { [live] in for id in ids { _ = live[id] } }
    }

    /// Whether a live provider has this id. Parses nothing.
    public func contains(_ id: String) -> Bool { live.ids.contains(id) }

    /// The same catalogue in which paid probes (``Provider/Probe/isPaid``) may be sent or not; the initial catalogue
    /// allows none.
    public func allowingPaidProbes(_ isAllowed: Bool) -> Catalogue {
        mapped { provider in
            var provider = provider
            provider.isProbeAllowed = isAllowed || !provider.probe.isPaid
            return provider
        }
    }

    func mapped(_ change: @escaping @Sendable (Provider) -> Provider) -> Catalogue {
        var catalogue = self
        catalogue.live = live.mapped(change)
        return catalogue
    }

    /// Why there is no live provider with this id, and what to do.
    public func absence(of id: String) -> InvalidInput {
        if plannedByID[id] != nil {
            return InvalidInput(
                "provider \(id) is planned and not live yet; its keys can be stored and used once it is live")
        }
        if let known = unsupported.first(where: { $0.id == id }) {
            return InvalidInput("\(known.name) is not supported: \(known.reason)")
        }
        return InvalidInput("there is no provider \(Self.quoted(id))", remedy: .listProviders)
    }

    /// Short ids only: a caller may have given a key where the provider's id belongs.
    private static func quoted(_ id: String) -> String {
        Identifier.isValid(id) && id.count < 16 ? "'\(id)'" : "of this name"
    }
}
