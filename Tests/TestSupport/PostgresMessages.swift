/// Splits one direction of a PostgreSQL connection into messages.
/// (https://www.postgresql.org/docs/current/protocol-message-formats.html)
struct PostgresMessages {
    /// One message with its header; `type` is 0 for messages up to the startup message, which have no type byte.
    struct Message {
        let type: UInt8
        let bytes: [UInt8]

        /// The bytes after type and length.
        var body: ArraySlice<UInt8> { bytes.dropFirst(type == 0 ? 4 : 5) }

        /// The body's first `count` texts, each of which ends with a zero byte.
        func texts(_ count: Int) -> [[UInt8]] {
            body.split(separator: 0, maxSplits: count, omittingEmptySubsequences: false).prefix(count).map(Array.init)
        }
    }

    /// Whether the next message has no type byte.
    var isStarting: Bool
    private var bytes: [UInt8] = []

    init(isStarting: Bool) { self.isStarting = isStarting }

    mutating func append(_ more: [UInt8]) { bytes += more }

    /// The next whole message, if it has arrived.
    mutating func next() -> Message? {
        let start = isStarting ? 0 : 1
        guard bytes.count >= start + 4 else { return nil }
        let length = start + bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        guard length >= start + 4, bytes.count >= length else { return nil }
        defer { bytes.removeFirst(length) }
        return Message(type: isStarting ? 0 : bytes[0], bytes: Array(bytes.prefix(length)))
    }
}
