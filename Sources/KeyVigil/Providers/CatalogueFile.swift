import Yams

/// A YAML file of the catalogue, parsed but not interpreted.
struct CatalogueFile {
    /// What errors call the file.
    let name: String
    let root: Node

    /// - Throws: ``CatalogueError`` with the line where the text is not YAML, and for an empty text.
    init(_ yaml: String, named name: String) throws(CatalogueError) {
        let node: Node?
        do { node = try Yams.compose(yaml: yaml, .basic) } catch {
            throw CatalogueError(
                file: name, line: Self.line(of: error), entry: "", problem: "this is no valid YAML; correct this line")
        }
        guard let node else {
            throw CatalogueError(file: name, line: 0, entry: "", problem: "the file is empty; add providers")
        }
        self.name = name
        root = node
    }

    private static func line(of error: any Error) -> Int {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: 0
        }
    }
}
