import Yams

/// The deep probe, which also tells whether credit is left.
extension ProviderReader {
    /// - Parameter fields: where answers to both probes hold code and request id.
    func deepClassifier(_ fields: AnswerFields) throws(CatalogueError) -> Classifier? {
        guard let deep = try deepRules() else { return nil }
        return Classifier(own: try deep + rules(), common: common.rules, fields: fields)
    }

    private func deepEntry() throws(CatalogueError) -> CatalogueEntry? {
        let keys = ["method", "path", "headers", "body", "cost", "alive", "rules", "longest_answer"]
        return try entry.mapping("deep", keys: keys)
    }

    /// A POST must state its cost, as the user is told it before the request is sent; `nothing` is a valid cost.
    func deepProbe() throws(CatalogueError) -> Provider.Probe? {
        guard let deep = try deepEntry() else { return nil }
        let cost = try deep.has("body") ? deep.requiredText("cost") : deep.text("cost")
        return try probe(deep, cost: cost == "nothing" ? nil : cost, isDeep: true)
    }

    /// The rules for answers to the deep probe, which are tried before ``rules()``; nil without a deep probe.
    func deepRules() throws(CatalogueError) -> [Rule]? {
        guard let deep = try deepEntry() else { return nil }
        var rules = try RuleReader.alive(deep, at: .deepAlive)
        for (index, node) in deep.nodes("rules").enumerated() {
            rules.append(try RuleReader.rule(node, at: .deep(index + 1), in: entry))
        }
        return rules
    }
}
