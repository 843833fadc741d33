internal import Revalidation
internal import Vocabulary

/// A line of CSV (RFC 4180), made printable. A spreadsheet takes no cell for a formula (ruling 27).
enum CSVLine {
    /// The line with CR LF. An absent cell is empty.
    static func text(_ cells: [String?]) -> String { cells.map { cell($0 ?? "") }.joined(separator: ",") + "\r\n" }

    private static func cell(_ text: String) -> String {
        let printable = Printable(text, limit: 10_000).description
        let guarded = printable.first.map { "=+-@".contains($0) } ?? false ? "'" + printable : printable
        guard guarded.contains(where: { "\",".contains($0) }) else { return guarded }
        return "\"" + guarded.replacing("\"", with: "\"\"") + "\""
    }
}
