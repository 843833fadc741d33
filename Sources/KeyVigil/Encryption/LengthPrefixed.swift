/// Texts one behind the other, each after its length: 4 bytes, big-endian, then UTF-8. An absent text is the length
/// 0xFFFFFFFF alone.
///
/// So no two lists of texts have the same bytes. Written for every key that is checked, into memory of known size.
enum LengthPrefixed {
    /// `head` as it is, then the fields.
    static func bytes(_ fields: [String?], after head: [UInt8] = []) -> [UInt8] {
        let size = fields.reduce(head.count) { $0 + MemoryLayout<UInt32>.size + ($1?.utf8.count ?? 0) }
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let memory = UnsafeMutableRawBufferPointer(buffer)
            memory.copyBytes(from: head)
            count = head.count
            for field in fields { count += write(field, to: memory, at: count) }
        }
    }

    /// Returns how many bytes were written.
    private static func write(_ field: String?, to memory: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        let lengthSize = MemoryLayout<UInt32>.size
        guard var field else {
            memory.storeBytes(of: UInt32.max, toByteOffset: offset, as: UInt32.self)
            return lengthSize
        }
        return field.withUTF8 { text in
            memory.storeBytes(of: UInt32(text.count).bigEndian, toByteOffset: offset, as: UInt32.self)
            UnsafeMutableRawBufferPointer(rebasing: memory[(offset + lengthSize)...])
                .copyMemory(from: UnsafeRawBufferPointer(text))
            return lengthSize + text.count
        }
    }
}
