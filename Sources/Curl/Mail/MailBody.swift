/// A message as it goes over the wire: every line ends in CRLF, whatever it ended in before.
///
/// A lone CR or LF around a dot is how mail is smuggled: some servers would take it for the end of the message.
struct MailBody {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ message: [UInt8]) {
        bytes = Self.withCanonicalLines(message)
    }

    /// Fills the buffer with the next part. Zero at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - offset)
        buffer.copyBytes(from: bytes[offset..<(offset + count)])
        offset += count
        return count
    }

    static func withCanonicalLines(_ message: [UInt8]) -> [UInt8] {
        let (cr, lf) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        var lines: [UInt8] = []
        lines.reserveCapacity(message.count + message.count / 16 + 2)
        for (index, byte) in message.enumerated() {
            let endsPair = byte == lf && index > 0 && message[index - 1] == cr
            if byte != cr && byte != lf { lines.append(byte) } else if !endsPair { lines += [cr, lf] }
        }
        return lines.last == lf ? lines : lines + [cr, lf]
    }
}
