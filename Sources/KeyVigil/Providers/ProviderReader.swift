import Yams

/// Reads one provider from the catalogue's YAML.
struct ProviderReader {
    static let keys = [
        "name", "planned", "console", "remediation", "capabilities", "base_url", "parameters", "auth", "probe", "deep",
        "answers", "rules", "keys", "rate_per_second", "tenant_rate_per_second", "vectors",
    ]

    let id: String
    let entry: CatalogueEntry
    let common: CommonRules
    /// Whether the entry stands in an operator's file; otherwise it is embedded.
    let isOperators: Bool

    /// - Throws: ``CatalogueError`` where the entry is no mapping.
    init(
        id: String, node: Node, file: String, isOperators: Bool, common: CommonRules
    ) throws(CatalogueError) {
        self.id = id
        self.common = common
        self.isOperators = isOperators
        entry = try CatalogueEntry(allowingUnknownKeys: node, at: .init(file: file, entry: id), keys: Self.keys)
    }

    /// - Throws: the first problem of the entry; ``problems()`` lists all.
    func provider() throws(CatalogueError) -> Provider {
        if let problem = problemsOfNames().first { throw problem }
        let probe = try probe()
        let fields = try answerFields()
        let parameters = try parameters()
        return Provider(
            id: id,
            name: try entry.requiredText("name"),
            consoleURL: try entry.requiredText("console"),
            capabilities: try capabilities(),
            baseURL: try baseURL(parameters),
            parameters: parameters,
            authentication: try authentication(),
            probe: probe,
            deepProbe: try deepProbe(),
            keyShapes: try keyShapes(),
            ratePerSecond: try entry.number("rate_per_second") ?? 20,
            tenantRatePerSecond: try entry.number("tenant_rate_per_second") ?? 1,
            keptHeaders: fields.headers + RetryAfter.headers,
            contentHash: contentHash,
            file: isOperators ? entry.place.file : nil,
            vectors: try VectorReader.vectors(of: entry),
            isProbeAllowed: !probe.isPaid,
            remediation: try entry.requiredText("remediation"),
            line: entry.node.mark?.line ?? 0,
            classifier: Classifier(own: try aliveRules() + rules(), common: common.rules, fields: fields),
            deepClassifier: try deepClassifier(fields))
    }

    func problemsOfNames() -> [CatalogueError] {
        let isValid = !id.isEmpty && id.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789_-".contains($0) }
        let problem = entry.error("a provider id is made of a-z, 0-9, _ and -; rename it")
        return entry.unknownKeys(Self.keys) + (isValid ? [] : [problem])
    }

    /// Without `vectors` and `planned`, as neither changes a verdict.
    private var contentHash: String {
        var hash = common.hash
        hash.add(entry.node, without: ["vectors", "planned"])
        return hash.description
    }

    func capabilities() throws(CatalogueError) -> [Provider.Capability] {
        let capabilities = try entry.choices("capabilities", of: Provider.Capability.self)
        return try entry.required("capabilities", value: capabilities.isEmpty ? nil : capabilities)
    }

    func aliveRules() throws(CatalogueError) -> [Rule] { try RuleReader.alive(probeEntry(), at: .alive) }

    func rules() throws(CatalogueError) -> [Rule] {
        var rules: [Rule] = []
        for (node, place) in rulePlaces { rules.append(try RuleReader.rule(node, at: place, in: entry)) }
        return rules
    }

    var rulePlaces: [(Node, Rule.Place)] {
        entry.nodes("rules").enumerated().map { ($0.element, .own($0.offset + 1)) }
    }

    func answerFields() throws(CatalogueError) -> AnswerFields {
        var fields = AnswerFields()
        let keys = [
            "code", "request_id", "request_id_header", "retry_delay", "list_wrapped", "expires", "expires_header",
        ]
        guard let answers = try entry.mapping("answers", keys: keys) else { return fields }
        fields.codes = try paths("code", in: answers)
        fields.requestIDs = try paths("request_id", in: answers)
        fields.requestIDHeaders = answers.nodes("request_id_header").compactMap { $0.string?.lowercased() }
        fields.retryDelay = try paths("retry_delay", in: answers).first
        fields.unwrapsList = try answers.bool("list_wrapped")
        fields.expiry = try paths("expires", in: answers).first
        fields.expiryHeader = try answers.text("expires_header")?.lowercased()
        return fields
    }

    private func paths(_ key: String, in answers: CatalogueEntry) throws(CatalogueError) -> [JSONPath] {
        var paths: [JSONPath] = []
        for node in answers.nodes(key) { paths.append(try answers.path(node.string ?? "", at: node)) }
        return paths
    }
}
