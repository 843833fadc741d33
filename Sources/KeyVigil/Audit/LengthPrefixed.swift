/// A sequence of texts, each as its length in 4 bytes, big-endian, then its UTF-8. For an absent text there is only
/// the length 0xFFFFFFFF.
///
/// No two lists of texts have the same bytes. As every check of a key writes one, it goes into memory of known size.
struct LengthPrefixed {
    private let memory: UnsafeMutableRawBufferPointer
    private var count = 0

    private init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    private static let lengthSize = MemoryLayout<UInt32>.size

    /// How many bytes a text of `count` bytes takes with its length.
    static func size(ofText count: Int) -> Int { lengthSize + count }

    /// The bytes of `head`, then the encoded fields.
    static func bytes(_ fields: [String?], after head: [UInt8] = []) -> [UInt8] {
        let most = fields.reduce(0) { $0 + size(ofText: $1?.utf8.count ?? 0) }
        return withBytes(after: head, atMost: most) { writer in
            for field in fields { writer.append(field) }
        } read: {
            Array($0)
        }
    }

    /// Calls `read` with the bytes of `head` and then those that `write` appends, which may be at most `most`. They
    /// are valid until `read` returns.
    static func withBytes<Value>(
        after head: [UInt8], atMost most: Int, _ write: (inout LengthPrefixed) -> Void,
        read: (UnsafeRawBufferPointer) throws -> Value
    ) rethrows -> Value {
        try withUnsafeTemporaryAllocation(byteCount: head.count + most, alignment: 1) { memory in
            memory.copyBytes(from: head)
            var writer = LengthPrefixed(memory)
            writer.count = head.count
            write(&writer)
            return try read(UnsafeRawBufferPointer(rebasing: memory[..<writer.count]))
        }
    }

    mutating func append(_ field: String?) {
        guard var field else { return append(length: .max) }
        field.withUTF8 { text in
            append(length: UInt32(text.count))
            UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: UnsafeRawBufferPointer(text))
            count += text.count
        }
    }

    private mutating func append(length: UInt32) {
        memory.storeBytes(of: length.bigEndian, toByteOffset: count, as: UInt32.self)
        count += Self.lengthSize
    }
}
