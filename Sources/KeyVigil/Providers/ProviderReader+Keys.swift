/// What keys of the provider look like.
extension ProviderReader {
    func keyShapes() throws(CatalogueError) -> [KeyShape] {
        var shapes: [KeyShape] = []
        for node in entry.nodes("keys") {
            let shape = try entry.mapping(node, named: "keys", keys: ["type", "prefix", "infix", "length", "alphabet"])
            shapes.append(
                KeyShape(
                    type: try shape.text("type") ?? "standard",
                    prefix: try shape.text("prefix") ?? "",
                    infix: try shape.text("infix") ?? "",
                    lengths: try lengths(shape),
                    alphabet: try shape.requiredChoice("alphabet", of: KeyShape.Alphabet.self)))
        }
        return shapes
    }

    private func lengths(_ shape: CatalogueEntry) throws(CatalogueError) -> ClosedRange<Int> {
        let bounds = try shape.requiredText("length").split(separator: "-").map { Int($0) ?? 0 }
        guard let first = bounds.first, let last = bounds.last, bounds.count < 3, first > 0, last >= first else {
            throw shape.error("keys.length must be a number or a range such as 56-164")
        }
        return first...last
    }
}
