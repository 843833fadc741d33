/// A provider that is announced and not live yet: lists show it, and its keys are refused.
public struct PlannedProvider: Sendable {
    /// The id that it will have.
    public let id: String
    /// The name that people read.
    public let name: String
    /// The page where a tenant makes a key, if that is known already.
    public let consoleURL: String?
    /// What the platform will use it for, as far as that is known.
    public let capabilities: [Provider.Capability]
    /// The operator's catalogue in which it stands; nil: it is embedded in this program.
    public let file: String?
}

extension ProviderReader {
    /// Of a planned entry only the fields of ``PlannedProvider`` are read.
    func isPlanned() throws(CatalogueError) -> Bool { try entry.bool("planned") }

    func planned() throws(CatalogueError) -> PlannedProvider {
        if let problem = problemsOfNames().first { throw problem }
        return PlannedProvider(
            id: id,
            name: try entry.requiredText("name"),
            consoleURL: try entry.text("console"),
            capabilities: try entry.choices("capabilities", of: Provider.Capability.self),
            file: isOperators ? entry.place.file : nil)
    }
}
