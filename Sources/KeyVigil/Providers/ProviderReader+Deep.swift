import Yams

/// The part of an entry by which credit is proved.
extension ProviderReader {
    func deepRuleBook(_ words: AnswerWords) throws(CatalogueError) -> RuleBook? {
        guard let own = try deepRules() else { return nil }
        return RuleBook(own: try own + rules(), common: common, words: words)
    }

    private func deepEntry() throws(CatalogueError) -> CatalogueEntry? {
        let keys = ["method", "path", "headers", "body", "cost", "alive", "rules", "longest_answer"]
        return try entry.inner("deep", keys: keys)
    }

    /// A POST must say what it costs, for that is told before it is sent; `nothing` is an answer too.
    func deepProbe() throws(CatalogueError) -> Provider.Probe? {
        guard let deep = try deepEntry() else { return nil }
        let cost = try deep.has("body") ? deep.neededText("cost") : deep.text("cost")
        return try probe(deep, cost: cost == "nothing" ? nil : cost, isDeep: true)
    }

    /// What answers to the deep probe mean before ``rules()`` are asked; nil where there is none.
    func deepRules() throws(CatalogueError) -> [Rule]? {
        guard let deep = try deepEntry() else { return nil }
        var rules = try RuleReader.alive(deep, at: .deepAlive)
        for (node, place) in try deepRulePlaces() { rules.append(try RuleReader.rule(node, at: place, in: entry)) }
        return rules
    }

    func deepRulePlaces() throws(CatalogueError) -> [(Node, Rule.Place)] {
        try deepEntry()?.nodes("rules").enumerated().map { ($0.element, .deep($0.offset + 1)) } ?? []
    }
}
