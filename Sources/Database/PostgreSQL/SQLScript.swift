/// Splits a script into its statements: after each `;` that ends a line, except inside a `$$` body.
enum SQLScript {
    static func statements(in script: String) -> [String] {
        var found: [String] = []
        var statement = ""
        var isInBody = false
        for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
            statement += statement.isEmpty ? String(line) : "\n" + line
            let quoteCount = line.split(separator: "$$", omittingEmptySubsequences: false).count - 1
            if quoteCount % 2 == 1 { isInBody.toggle() }
            guard !isInBody, line.last == ";" else { continue }
            found.append(statement)
            statement = ""
        }
        found.append(statement)
        return found.filter { $0.contains { !$0.isWhitespace } }
    }
}
