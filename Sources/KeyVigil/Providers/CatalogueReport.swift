/// What `providers check` found in a catalogue: reads it, and holds every provider against its answer vectors.
///
/// An entry with vectors of its own answers for these, any other for those of its id that came with this program; the
/// vectors for `any` provider apply to all.
public struct CatalogueReport: Sendable {
    /// What must be mended: entries that cannot be used, rules that no answer reaches, vectors taken for something else.
    public private(set) var errors: [CatalogueError] = []
    /// What nobody has proved: providers without vectors and dead rules that no vector reaches.
    public private(set) var warnings: [CatalogueError] = []
    /// The providers that could be read, those included that are only planned and need no answers.
    public private(set) var providerCount = 0
    /// Answers held against them.
    public private(set) var answerCount = 0

    private let embedded: [AnswerVector]

    /// Looks at what came with this program.
    public init() throws {
        self.init(embedded: try AnswerVector.embedded())
        examine(try Catalogue())
    }

    /// Looks at what the job would use with an operator's file over what came with this program.
    public init(overlaying yaml: String, named name: String) throws {
        self.init(embedded: try AnswerVector.embedded())
        var catalogue = try Catalogue()
        errors = catalogue.overlay(yaml, named: name)
        examine(catalogue)
    }

    /// Looks at the entries of an operator's file alone; `name` is what errors call it.
    public init(file yaml: String, named name: String) throws {
        self.init(embedded: try AnswerVector.embedded())
        var catalogue = try Catalogue()
        errors = catalogue.overlay(yaml, named: name)
        examine(catalogue) { $0 != nil }
    }

    private init(embedded: [AnswerVector]) { self.embedded = embedded }

    /// - Parameter isMeant: asked with the file that an entry was read from.
    private mutating func examine(_ catalogue: Catalogue, where isMeant: (String?) -> Bool = { _ in true }) {
        providerCount += catalogue.planned.count { isMeant($0.file) }
        catalogue.providers.filter { isMeant($0.file) }.forEach { examine($0) }
    }

    private mutating func examine(_ provider: Provider) {
        providerCount += 1
        for (rule, taker) in provider.unreachableRules {
            errors.append(provider.unreachable(rule, by: taker))
        }
        let own = provider.answers(embedded)
        let ofAll = embedded.filter { $0.provider == "any" }
        for vector in own + ofAll {
            answerCount += 1
            errors += provider.problems(with: vector)
        }
        warnings += own.isEmpty ? [provider.unproved] : provider.unprovedRules(own)
        examineDeep(provider, own: own, ofAll: ofAll)
    }

    /// The same of its deep probe, where that is one of its own.
    private mutating func examineDeep(_ provider: Provider, own: [AnswerVector], ofAll: [AnswerVector]) {
        guard provider.deepProbe != nil, let deep = provider.deeplyProbed(paying: true) else { return }
        for (rule, taker) in deep.unreachableRules where rule.place.isDeep {
            errors.append(deep.unreachable(rule, by: taker))
        }
        errors += ofAll.flatMap(deep.problems)
        if !own.contains(where: \.isDeep) { warnings.append(provider.unprovedDeepProbe) }
    }
}

extension Provider {
    /// The vectors that speak of this provider alone. An operator's entry need not have a deep probe where ours has one.
    fileprivate func answers(_ embedded: [AnswerVector]) -> [AnswerVector] {
        guard vectors.isEmpty else { return vectors }
        return embedded.filter { $0.provider == id && (deepProbe != nil || !$0.isDeep) }
    }

    fileprivate func unreachable(_ rule: Rule, by taker: Rule) -> CatalogueError {
        problem(
            "\(rule.place) never holds, as \(taker.place) goes first and takes all its answers; "
                + "remove one or make \(taker.place) say more", line: rule.line)
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

    fileprivate func unprovedRules(_ vectors: [AnswerVector]) -> [CatalogueError] {
        let reached = Set(vectors.compactMap { ruleBook.read($0.answer).place })
        return rules.filter { $0.finding.verdict == .dead && !reached.contains($0.place) }.map {
            problem("\($0.place) calls keys dead and no vector reaches it; add one under vectors", line: $0.line)
        }
    }

    private func problem(_ text: String, line: Int) -> CatalogueError {
        CatalogueError(file: file ?? "catalogue.yaml", line: line, entry: id, problem: text)
    }
}
