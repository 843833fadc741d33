/// RFC 2045 quoted-printable text: ASCII only, CRLF only, no line over 76 characters.
enum QuotedPrintable {
    /// Encodes `text` as UTF-8. CR, LF and CRLF each count as one line break and come out as CRLF; none is added at
    /// the end.
    ///
    /// A dot that begins a line is encoded too, which the RFC does not ask for: no SMTP server on the way can then take the
    /// line for the end of the mail.
    static func encode(_ text: String) -> [UInt8] {
        var lines = QuotedPrintableLines()
        var previousWasReturn = false
        for byte in text.utf8 {
            if byte == 0x0A, previousWasReturn {
                previousWasReturn = false
                continue
            }
            previousWasReturn = byte == 0x0D
            if byte == 0x0A || byte == 0x0D { lines.endLine() } else { lines.append(byte) }
        }
        return lines.finish()
    }
}

/// Builds the encoded lines byte by byte.
private struct QuotedPrintableLines {
    private var output: [UInt8] = []
    private var line: [UInt8] = []
    private var pendingSpace: UInt8?

    private static let lineBreak: [UInt8] = [0x0D, 0x0A]
    private static let equals = UInt8(ascii: "=")

    mutating func append(_ byte: UInt8) {
        flushSpace(atLineEnd: false)
        if byte == 0x20 || byte == 0x09 {
            pendingSpace = byte
        } else if byte == UInt8(ascii: ".") {
            write(line.isEmpty ? Self.escaped(byte) : [byte], orAtLineStart: Self.escaped(byte))
        } else if (0x21...0x7E).contains(byte), byte != Self.equals {
            write([byte], orAtLineStart: [byte])
        } else {
            write(Self.escaped(byte), orAtLineStart: Self.escaped(byte))
        }
    }

    mutating func endLine() {
        flushSpace(atLineEnd: true)
        output += line + Self.lineBreak
        line.removeAll(keepingCapacity: true)
    }

    mutating func finish() -> [UInt8] {
        flushSpace(atLineEnd: true)
        return output + line
    }

    /// A space is written with the next byte, because at the end of a line it must be encoded.
    private mutating func flushSpace(atLineEnd: Bool) {
        guard let space = pendingSpace else { return }
        pendingSpace = nil
        let token = atLineEnd ? Self.escaped(space) : [space]
        write(token, orAtLineStart: token)
    }

    /// A line has at most 75 characters, so that the `=` of a soft break fits.
    private mutating func write(_ token: [UInt8], orAtLineStart startToken: [UInt8]) {
        guard line.count + token.count > 75 else {
            line += token
            return
        }
        output += line + [Self.equals] + Self.lineBreak
        line = startToken
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [equals, digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
    }
}
