internal import Revalidation
internal import Vocabulary

/// Rows under a header, columns as wide as their longest cell; cells are made printable.
struct TextTable {
    private let header: [String]
    private var rows: [[String]] = []
    /// Of what was printed already; nil: nothing was.
    private var printed: [Int]?

    private static let mostRows = 1_000

    init(_ header: String...) { self.header = header }

    mutating func add(_ cells: String?...) { rows.append(cells.map { Printable($0 ?? "–", limit: 80).description }) }

    var isEmpty: Bool { rows.isEmpty && printed == nil }

    /// The lines; the header is dimmed on a terminal.
    func lines() -> [String] {
        let widths = widths
        let head = printed == nil ? [Terminal.styled(line(header, widths), .dim)] : []
        return head + rows.map { line($0, widths) }
    }

    func print() { lines().forEach { Terminal.say($0) } }

    /// Prints the rows once they are many: a list may be longer than memory. What follows is no narrower.
    mutating func flow() {
        guard rows.count >= Self.mostRows else { return }
        print()
        printed = widths
        rows = []
    }

    private var widths: [Int] {
        header.indices.map { column in
            max(printed?[column] ?? header[column].count, rows.map { $0[column].count }.max() ?? 0)
        }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
        let joined = padded.joined(separator: "  ")
        return String(joined.reversed().drop { $0 == " " }.reversed())
    }
}
