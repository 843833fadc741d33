/// Text of any length in lines of 120 columns, broken between words where that is possible.
struct WrappedText {
    static let width = 120
    /// The lines; one, if only an empty one. Those after the first are as far in as the first one's start is wide.
    let lines: [String]

    init(_ text: String, start: String = "") {
        let rest = String(repeating: " ", count: start.count)
        lines = Self.broken(text, max(20, Self.width - start.count)).enumerated().map { index, line in
            let whole = (index == 0 ? start : rest) + line
            return String(whole.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func broken(_ text: String, _ width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.flatMap { cut($0[...], width) }
    }

    /// A word that is wider than a line.
    private static func cut(_ line: Substring, _ width: Int) -> [String] {
        line.count <= width ? [String(line)] : [String(line.prefix(width))] + cut(line.dropFirst(width), width)
    }
}
