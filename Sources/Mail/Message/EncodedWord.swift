internal import Foundation

/// Writes a header's text for the wire: plain ASCII folded at spaces, anything else as RFC 2047 encoded words.
enum EncodedWord {
    /// `Name: text`, folded so that no line is over 76 characters, without the final CRLF.
    static func header(_ name: String, text value: HeaderText) -> String {
        "\(name): " + encode(value.text, column: name.utf8.count + 2)
    }

    /// The text alone, for a line that has `column` characters already.
    static func encode(_ text: String, column: Int) -> String {
        isPlain(text) ? folded(text, column: column) : words(text, column: column)
    }

    /// A display name: encoded words, or a quoted string where ASCII suffices (RFC 5322, 3.2.4).
    static func phrase(_ text: String, column: Int) -> String {
        guard isPlain(text) else { return words(text, column: column) }
        let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return quoted.utf8.count <= 60 ? "\"\(quoted)\"" : words(text, column: column)
    }

    /// Whether unfolding gives the text back exactly and no reader takes a part of it for an encoded word.
    private static func isPlain(_ text: String) -> Bool {
        let pieces = text.split(separator: " ", omittingEmptySubsequences: false)
        return text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
            && (text.isEmpty || pieces.allSatisfy { (1...60).contains($0.utf8.count) })
    }

    private static func folded(_ text: String, column: Int) -> String {
        var output = ""
        var column = column
        for (index, piece) in text.split(separator: " ").enumerated() {
            if index > 0 {
                let breaks = column + 1 + piece.utf8.count > 76
                output += breaks ? "\r\n " : " "
                column = breaks ? 1 : column + 1
            }
            output += piece
            column += piece.utf8.count
        }
        return output
    }

    /// One encoded word a line; each holds whole Unicode scalars, as RFC 2047 demands (section 5).
    private static func words(_ text: String, column: Int) -> String {
        var output: [String] = []
        var chunk: [UInt8] = []
        var room = bytesThatFit(column: column)
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if chunk.count + bytes.count > room {
                output.append(word(chunk))
                chunk = []
                room = bytesThatFit(column: 1)
            }
            chunk += bytes
        }
        output.append(word(chunk))
        return output.joined(separator: "\r\n ")
    }

    private static func word(_ bytes: [UInt8]) -> String {
        "=?UTF-8?B?\(Data(bytes).base64EncodedString())?="
    }

    /// `=?UTF-8?B?` and `?=` have 12 characters; 4 characters of Base64 hold 3 bytes; a word has at most 75 characters and
    /// a line 76.
    private static func bytesThatFit(column: Int) -> Int {
        max(6, (min(75, 76 - column) - 12) / 4 * 3)
    }
}
