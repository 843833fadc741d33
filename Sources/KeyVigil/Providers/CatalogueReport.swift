/// The problems of a catalogue, found by reading all of it and by classifying the answer vectors of each provider.
///
/// An entry with vectors must classify these as they expect, an entry without them the embedded vectors of its id. The
/// vectors for `any` provider apply to all.
package struct CatalogueReport: Sendable {
    /// What must be corrected: entries that cannot be used, rules that no answer reaches, vectors that are classified
    /// otherwise than they expect.
    package private(set) var errors: [CatalogueError] = []
    /// What no vector proves: providers without vectors, and dead rules that no vector reaches.
    package private(set) var warnings: [CatalogueError] = []
    /// The number of providers that could be read, planned ones included.
    package private(set) var providerCount = 0
    /// The number of answers that were classified.
    package private(set) var answerCount = 0

    private let embedded: [AnswerVector]

    /// Examines the embedded catalogue.
    ///
    /// - Throws: ``CatalogueError`` or `DecodingError` for a fault of the build, as the other initialisers do.
    package init() throws {
        self.init(embedded: try AnswerVector.embedded())
        examine(try Catalogue())
    }

    /// Examines the embedded catalogue with an operator's file over it, as a run uses them.
    ///
    /// - Parameter name: what errors call the file.
    package init(overlaying yaml: String, named name: String) throws {
        self.init(embedded: try AnswerVector.embedded())
        var catalogue = try Catalogue()
        errors = catalogue.overlay(yaml, named: name)
        examine(catalogue)
    }

    /// Examines only the entries of an operator's file.
    ///
    /// - Parameter name: what errors call the file.
    package init(file yaml: String, named name: String) throws {
        self.init(embedded: try AnswerVector.embedded())
        var catalogue = try Catalogue()
        errors = catalogue.overlay(yaml, named: name)
        examine(catalogue) { $0 != nil }
    }

    private init(embedded: [AnswerVector]) { self.embedded = embedded }

    /// - Parameter isIncluded: whether entries of this operator's file, or embedded ones for nil, are examined.
    private mutating func examine(_ catalogue: Catalogue, where isIncluded: (String?) -> Bool = { _ in true }) {
        providerCount += catalogue.planned.count { isIncluded($0.file) }
        catalogue.providers.filter { isIncluded($0.file) }.forEach { examine($0) }
    }

    private mutating func examine(_ provider: Provider) {
        providerCount += 1
        for (rule, covering) in provider.unreachableRules {
            errors.append(provider.unreachable(rule, coveredBy: covering))
        }
        let own = provider.answers(embedded)
        let ofAll = embedded.filter { $0.provider == "any" }
        for vector in own + ofAll {
            answerCount += 1
            errors += provider.problems(with: vector)
        }
        warnings += own.isEmpty ? [provider.unproved] : provider.unprovedRules(by: own)
        examineDeep(provider, own: own, ofAll: ofAll)
    }

    /// Examines the deep probe of a provider that has one.
    private mutating func examineDeep(_ provider: Provider, own: [AnswerVector], ofAll: [AnswerVector]) {
        guard provider.deepProbe != nil, let deep = provider.deeplyProbed(paying: true) else { return }
        for (rule, covering) in deep.unreachableRules where rule.place.isDeep {
            errors.append(deep.unreachable(rule, coveredBy: covering))
        }
        errors += ofAll.flatMap(deep.problems)
        if !own.contains(where: \.isDeep) { warnings.append(provider.unprovedDeepProbe) }
    }
}

extension Provider {
    /// The vectors of this provider alone. Deep ones are left out for an operator's entry without the deep probe that the
    /// embedded entry has.
    fileprivate func answers(_ embedded: [AnswerVector]) -> [AnswerVector] {
        guard vectors.isEmpty else { return vectors }
        return embedded.filter { $0.provider == id && (deepProbe != nil || !$0.isDeep) }
    }

    fileprivate func unreachable(_ rule: Rule, coveredBy covering: Rule) -> CatalogueError {
        problem(
            "\(rule.place) never holds, as \(covering.place) goes first and takes all its answers; "
                + "remove one or make \(covering.place) say more", line: rule.line)
    }

    fileprivate var unproved: CatalogueError {
        problem(
            "it has no answer vector; put what it answers to a living and to a refused key under vectors", line: line)
    }

    fileprivate var unprovedDeepProbe: CatalogueError {
        problem(
            "its deep probe has no answer vector; put what it answers to a key with and without credit under vectors, "
                + "with deep: true", line: line)
    }

    func unprovedRules(by vectors: [AnswerVector]) -> [CatalogueError] {
        let reached = Set(vectors.compactMap { classifier.read($0.answer).place })
        return rules.filter { $0.finding.verdict == .dead && !reached.contains($0.place) }.map {
            problem("\($0.place) calls keys dead and no vector reaches it; add one under vectors", line: $0.line)
        }
    }

    private func problem(_ text: String, line: Int) -> CatalogueError {
        CatalogueError(file: file ?? EmbeddedCatalogue.fileName(of: id), line: line, entry: id, problem: text)
    }
}
