/// Wraps the plain text of a mail, so that a template can hold one paragraph a line.
package enum WordWrap {
    /// Breaks each line longer than `width` characters at spaces. Continuation lines get the line's own indent, or that of
    /// the text after `- ` or `1. `. A word longer than a line, such as a link, stays whole. Blank lines in a row become
    /// one.
    package static func wrapped(_ text: String, width: Int = 72) -> String {
        var lines: [String] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let isBlank = line.allSatisfy(\.isWhitespace)
            if !isBlank { lines += wrappedLine(line, width: width) }
            if isBlank, let last = lines.last, !last.isEmpty { lines.append("") }
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func wrappedLine(_ line: Substring, width: Int) -> [String] {
        let indent = hangingIndent(line)
        var lines: [String] = []
        var current = String(line.prefix { $0 == " " })
        var isFresh = true
        for word in line.split(separator: " ") {
            if !isFresh, current.count + 1 + word.count > width {
                lines.append(current)
                current = indent
                isFresh = true
            }
            current += isFresh ? String(word) : " \(word)"
            isFresh = false
        }
        return lines + [current]
    }

    private static func hangingIndent(_ line: Substring) -> String {
        let spaces = line.prefix { $0 == " " }.count
        let marker = line.dropFirst(spaces).prefix { $0 != " " }
        let isMarker = marker == "-" || marker.last == "." && marker.dropLast().allSatisfy(\.isWholeNumber)
        return String(repeating: " ", count: spaces + (isMarker ? marker.count + 1 : 0))
    }
}
