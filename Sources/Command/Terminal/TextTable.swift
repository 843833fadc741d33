internal import Revalidation
internal import Vocabulary

/// Rows under a header, with columns as wide as their longest cell. Cells are made printable and cut at 80 characters.
struct TextTable {
    private let header: [String]
    private var rows: [[String]] = []
    /// The column widths of the rows that are printed already; nil: none are.
    private var printedWidths: [Int]?

    private static let batch = 1_000

    init(_ header: String...) { self.header = header }

    mutating func add(_ cells: String?...) { rows.append(cells.map { Printable($0 ?? "–", limit: 80).description }) }

    var isEmpty: Bool { rows.isEmpty && printedWidths == nil }

    /// Header and rows; the header is dim on a terminal.
    func lines() -> [String] {
        let widths = widths
        let head = printedWidths == nil ? [Terminal.styled(line(header, widths: widths), as: .dim)] : []
        return head + rows.map { line($0, widths: widths) }
    }

    func print() { lines().forEach { Terminal.say($0) } }

    /// Prints the rows once there are 1000 of them, as a list may be longer than memory. The columns of later rows are at
    /// least as wide.
    mutating func flow() {
        guard rows.count >= Self.batch else { return }
        print()
        printedWidths = widths
        rows = []
    }

    private var widths: [Int] {
        header.indices.map { column in
            max(printedWidths?[column] ?? header[column].count, rows.map { $0[column].count }.max() ?? 0)
        }
    }

    private func line(_ cells: [String], widths: [Int]) -> String {
        let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
        let joined = padded.joined(separator: "  ")
        return String(joined.reversed().drop { $0 == " " }.reversed())
    }
}
