/// The catalogue that is compiled into the program: the common rules, a file for each provider, and what is unsupported.
///
/// Parsing YAML is slow and a run needs few providers, so each file is parsed only when its provider is asked for.
enum EmbeddedCatalogue {
    /// Ids of the files that say `planned: true`. A test compares this list with the files, which are not all parsed.
    static let plannedIDs: Set<String> = []

    static func fileName(of id: String) -> String { "Catalogue/\(id).yaml" }

    static func commonRules() throws(CatalogueError) -> CommonRules {
        try CommonRules(file(PackageResources.common_yaml, named: "common.yaml"))
    }

    /// The reader of the entry with this id, which must be one of ``texts``.
    static func reader(of id: String, common: CommonRules) throws(CatalogueError) -> ProviderReader {
        let file = try file(texts[id] ?? [], named: fileName(of: id))
        return try ProviderReader(id: id, node: file.root, file: file.name, isOperators: false, common: common)
    }

    /// In the order of the ids.
    static func unsupported() throws(CatalogueError) -> [UnsupportedProvider] {
        let file = try file(PackageResources.unsupported_yaml, named: "unsupported.yaml")
        var found: [UnsupportedProvider] = []
        for (id, node) in file.root.mapping ?? [:] {
            let place = CatalogueEntry.Place(file: file.name, entry: id.string ?? "")
            let entry = try CatalogueEntry(node, at: place, keys: ["name", "reason"])
            found.append(
                UnsupportedProvider(
                    id: place.entry, name: try entry.requiredText("name"), reason: try entry.requiredText("reason")))
        }
        return found.sorted { $0.id < $1.id }
    }

    private static func file(_ text: [UInt8], named name: String) throws(CatalogueError) -> CatalogueFile {
        try CatalogueFile(String(decoding: text, as: UTF8.self), named: name)
    }
}
