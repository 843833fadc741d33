/// A provider that is announced and not live yet: people may see it, and no key of it is taken or used.
public struct PlannedProvider: Sendable {
    /// The id that it will have.
    public let id: String
    /// The name that people read.
    public let name: String
    /// The page where a tenant makes a key, if that is known already.
    public let consoleURL: String?
    /// What it will do for the platform, as far as that is known.
    public let capabilities: [Provider.Capability]
    /// The operator's catalogue that it was read from; nil: it came with this program.
    public let file: String?
}

extension ProviderReader {
    /// Whether the entry is an announcement; whatever else it holds is then read once it goes live.
    func isPlanned() throws(CatalogueError) -> Bool { try entry.flag("planned") }

    func planned() throws(CatalogueError) -> PlannedProvider {
        if let problem = problemsOfNames().first { throw problem }
        return PlannedProvider(
            id: id, name: try entry.neededText("name"), consoleURL: try entry.text("console"),
            capabilities: try entry.words("capabilities", as: Provider.Capability.self),
            file: isOverlay ? entry.file : nil)
    }
}
