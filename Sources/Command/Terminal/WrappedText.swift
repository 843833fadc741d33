/// Text in lines of at most 120 columns, broken between words where possible.
struct WrappedText {
    static let width = 120
    /// At least one line. The first begins with `start`; the others are indented by its width.
    let lines: [String]

    init(_ text: String, start: String = "") {
        let rest = String(repeating: " ", count: start.count)
        lines = Self.broken(text, width: max(20, Self.width - start.count)).enumerated().map { index, line in
            let whole = (index == 0 ? start : rest) + line
            return String(whole.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func broken(_ text: String, width: Int) -> [String] {
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
        return lines.flatMap { cut($0[...], width: width) }
    }

    /// Cuts a word that is wider than a line.
    private static func cut(_ line: Substring, width: Int) -> [String] {
        line.count <= width ? [String(line)] : [String(line.prefix(width))] + cut(line.dropFirst(width), width: width)
    }
}
