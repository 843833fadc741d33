import Yams

/// Reads one provider from the catalogue's YAML.
struct ProviderReader {
    static let keys = [
        "name", "planned", "console", "mend", "capabilities", "base_url", "parameters", "auth", "probe", "deep",
        "answers", "rules", "keys", "rate_per_second", "tenant_rate_per_second", "vectors",
    ]

    let id: String
    let entry: CatalogueEntry
    let common: [Rule]
    let commonHash: ContentHash
    let isOverlay: Bool

    init(
        id: String, node: Node, file: CatalogueFile, common: CommonRules
    ) throws(CatalogueError) {
        self.id = id
        self.common = common.rules
        commonHash = common.hash
        isOverlay = file.isOverlay
        entry = try CatalogueEntry(unchecked: node, file: file.root.file, entry: id, keys: Self.keys)
    }

    func provider() throws(CatalogueError) -> Provider {
        if let problem = problemsOfNames().first { throw problem }
        let probeEntry = try probeEntry()
        let probe = try probe(probeEntry)
        let words = try answerWords()
        let parameters = try parameters()
        return Provider(
            id: id,
            name: try entry.neededText("name"),
            consoleURL: try entry.neededText("console"),
            capabilities: try capabilities(),
            baseURL: try baseURL(parameters),
            parameters: parameters,
            authentication: try authentication(),
            probe: probe,
            deepProbe: try deepProbe(),
            keyShapes: try keyShapes(),
            ratePerSecond: try entry.number("rate_per_second") ?? 20,
            tenantRatePerSecond: try entry.number("tenant_rate_per_second") ?? 1,
            keptHeaders: words.requestIDHeaders + [words.expiryHeader].compactMap(\.self) + RetryAfter.headers,
            contentHash: contentHash,
            file: isOverlay ? entry.file : nil,
            vectors: try VectorReader.vectors(of: entry),
            isProbeAllowed: !probe.isPaid,
            mend: try entry.neededText("mend"),
            line: entry.node.mark?.line ?? 0,
            ruleBook: RuleBook(own: try RuleReader.alive(probeEntry) + rules(), common: common, words: words),
            deepRuleBook: try deepRuleBook(words))
    }

    func problemsOfNames() -> [CatalogueError] {
        let isFit = !id.isEmpty && id.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789_-".contains($0) }
        let problem = entry.error("a provider id is made of a-z, 0-9, _ and -; rename it")
        return entry.unknownKeys(Self.keys) + (isFit ? [] : [problem])
    }

    /// Vectors do not count: they change no verdict. Nor does having been planned once.
    private var contentHash: String {
        var hash = commonHash
        hash.add(entry.node, without: ["vectors", "planned"])
        return hash.description
    }

    func probeEntry() throws(CatalogueError) -> CatalogueEntry {
        let keys = ["method", "path", "headers", "body", "cost", "alive", "sees_credit", "longest_answer"]
        return try entry.needed("probe", entry.inner("probe", keys: keys))
    }

    func capabilities() throws(CatalogueError) -> [Provider.Capability] {
        let capabilities = try entry.words("capabilities", as: Provider.Capability.self)
        return try entry.needed("capabilities", capabilities.isEmpty ? nil : capabilities)
    }

    func rules() throws(CatalogueError) -> [Rule] {
        var rules: [Rule] = []
        for (node, place) in rulePlaces { rules.append(try RuleReader.rule(node, at: place, in: entry)) }
        return rules
    }

    var rulePlaces: [(Node, Rule.Place)] {
        entry.nodes("rules").enumerated().map { ($0.element, .own($0.offset + 1)) }
    }

    func answerWords() throws(CatalogueError) -> AnswerWords {
        var words = AnswerWords()
        let keys = [
            "code", "request_id", "request_id_header", "retry_delay", "list_wrapped", "expires", "expires_header",
        ]
        guard let answers = try entry.inner("answers", keys: keys) else { return words }
        words.codes = try paths("code", in: answers)
        words.requestIDs = try paths("request_id", in: answers)
        words.requestIDHeaders = answers.nodes("request_id_header").compactMap { $0.string?.lowercased() }
        words.retryDelay = try paths("retry_delay", in: answers).first
        words.unwrapsList = try answers.flag("list_wrapped")
        words.expiry = try paths("expires", in: answers).first
        words.expiryHeader = try answers.text("expires_header")?.lowercased()
        return words
    }

    private func paths(_ key: String, in answers: CatalogueEntry) throws(CatalogueError) -> [JSONPath] {
        var paths: [JSONPath] = []
        for node in answers.nodes(key) { paths.append(try answers.path(node.string ?? "", at: node)) }
        return paths
    }

    func keyShapes() throws(CatalogueError) -> [KeyShape] {
        var shapes: [KeyShape] = []
        for node in entry.nodes("keys") {
            let inner = try entry.inner(node, place: "keys", keys: ["type", "prefix", "infix", "length", "alphabet"])
            shapes.append(
                KeyShape(
                    type: try inner.text("type") ?? "standard", prefix: try inner.text("prefix") ?? "",
                    infix: try inner.text("infix") ?? "", lengths: try lengths(inner),
                    alphabet: try inner.needed("alphabet", inner.word("alphabet", as: KeyShape.Alphabet.self))))
        }
        return shapes
    }

    private func lengths(_ shape: CatalogueEntry) throws(CatalogueError) -> ClosedRange<Int> {
        let bounds = try shape.neededText("length").split(separator: "-").map { Int($0) ?? 0 }
        guard let first = bounds.first, let last = bounds.last, bounds.count < 3, first > 0, last >= first else {
            throw shape.error("keys.length must be a number or a range such as 56-164")
        }
        return first...last
    }
}
