/// A script cut into its statements: at a `;` that ends a line, outside a `$$` body.
enum SQLScript {
    static func statements(_ script: String) -> [String] {
        var found: [String] = []
        var statement = ""
        var isInBody = false
        for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
            statement += statement.isEmpty ? String(line) : "\n" + line
            if line.split(separator: "$$", omittingEmptySubsequences: false).count % 2 == 0 { isInBody.toggle() }
            guard !isInBody, line.last == ";" else { continue }
            found.append(statement)
            statement = ""
        }
        return (found + [statement]).filter { $0.contains { !$0.isWhitespace } }
    }
}
