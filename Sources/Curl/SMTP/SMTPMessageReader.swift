/// Reads a message part by part, as SMTP transmits it: every line ends in CRLF, whatever it ended in before.
///
/// A lone CR or LF beside a dot is how a message smuggles another: some servers take it for the end of the message.
struct SMTPMessageReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ message: [UInt8]) {
        bytes = Self.withCanonicalLineEnds(message)
    }

    /// Fills the buffer with the next part and returns its size; 0 at the end of the message.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - offset)
        buffer.copyBytes(from: bytes[offset..<(offset + count)])
        offset += count
        return count
    }

    private static func withCanonicalLineEnds(_ message: [UInt8]) -> [UInt8] {
        let cr = UInt8(ascii: "\r")
        let lf = UInt8(ascii: "\n")
        var lines: [UInt8] = []
        lines.reserveCapacity(message.count + message.count / 16 + 2)
        for (index, byte) in message.enumerated() {
            let endsPair = byte == lf && index > 0 && message[index - 1] == cr
            if byte != cr && byte != lf { lines.append(byte) } else if !endsPair { lines += [cr, lf] }
        }
        return lines.last == lf ? lines : lines + [cr, lf]
    }
}
