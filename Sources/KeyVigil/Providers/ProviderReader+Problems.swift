extension ProviderReader {
    /// Everything that keeps the entry from being used; each part is read on its own.
    func problems() -> [CatalogueError] {
        var found = ProblemList()
        found.problems = problemsOfNames()
        guard let isPlanned = found.note(isPlanned), !isPlanned else {
            found.note(planned)
            return found.problems
        }
        for key in ["name", "console", "mend"] { found.note { () throws(CatalogueError) in try entry.neededText(key) } }
        found.note(capabilities)
        found.note { () throws(CatalogueError) in try baseURL(parameters()) }
        found.note(authentication)
        found.note { () throws(CatalogueError) in try probe(probeEntry()) }
        found.note { () throws(CatalogueError) in try RuleReader.alive(probeEntry()) }
        found.note(deepProbe)
        found.note(deepRules)
        found.note(answerWords)
        for (node, place) in rulePlaces { found.problems += RuleReader.problems(node, at: place, in: entry) }
        found.note(keyShapes)
        for key in ["rate_per_second", "tenant_rate_per_second"] {
            found.note { () throws(CatalogueError) in try entry.number(key) }
        }
        found.note { () throws(CatalogueError) in try VectorReader.vectors(of: entry) }
        if found.problems.isEmpty { found.note(provider) }
        return found.problems
    }
}
