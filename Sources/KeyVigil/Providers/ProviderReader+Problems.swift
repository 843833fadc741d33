extension ProviderReader {
    /// All problems that keep the entry from being used. A problem in one part does not hide those of the others.
    func problems() -> [CatalogueError] {
        var found = ProblemList()
        found.problems = problemsOfNames()
        guard let isPlanned = found.collect(isPlanned), !isPlanned else {
            found.collect(planned)
            return found.problems
        }
        for key in ["name", "console", "remediation"] {
            found.collect { () throws(CatalogueError) in try entry.requiredText(key) }
        }
        found.collect(capabilities)
        found.collect { () throws(CatalogueError) in try baseURL(parameters()) }
        found.collect(authentication)
        found.collect(probe)
        found.collect(aliveRules)
        found.collect(deepProbe)
        found.collect(deepRules)
        found.collect(answerFields)
        for (node, place) in rulePlaces { found.problems += RuleReader.problems(node, at: place, in: entry) }
        found.collect(keyShapes)
        for key in ["rate_per_second", "tenant_rate_per_second"] {
            found.collect { () throws(CatalogueError) in try entry.number(key) }
        }
        found.collect { () throws(CatalogueError) in try VectorReader.vectors(of: entry) }
        if found.problems.isEmpty { found.collect(provider) }
        return found.problems
    }
}
