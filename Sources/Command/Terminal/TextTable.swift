internal import Revalidation

/// Rows under a header, columns as wide as their longest cell; cells are made printable.
struct TextTable {
    private let header: [String]
    private var rows: [[String]] = []

    init(_ header: String...) { self.header = header }

    mutating func add(_ cells: String?...) { rows.append(cells.map { Printable($0 ?? "–", limit: 80).description }) }

    var isEmpty: Bool { rows.isEmpty }

    /// The lines; the header is dimmed on a terminal.
    func lines() -> [String] {
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        let body = rows.map { line($0, widths) }
        return [Terminal.styled(line(header, widths), .dim)] + body
    }

    func print() { lines().forEach { Terminal.say($0) } }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
        let joined = padded.joined(separator: "  ")
        return String(joined.reversed().drop { $0 == " " }.reversed())
    }
}
