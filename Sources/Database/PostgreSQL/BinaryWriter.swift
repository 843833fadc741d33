/// Writes values in PostgreSQL's binary format into a buffer of the exact size, which is faster than appending to an
/// array.
struct BinaryWriter {
    static let arrayHeaderSize = 20
    private(set) var count = 0
    private let memory: UnsafeMutableRawBufferPointer

    init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    /// The range of the bytes that `body` writes.
    mutating func range(writtenBy body: (inout BinaryWriter) -> Void) -> Range<Int> {
        let start = count
        body(&self)
        return start..<count
    }

    mutating func append(_ number: some FixedWidthInteger & BitwiseCopyable) {
        memory.storeBytes(of: number.bigEndian, toByteOffset: count, as: type(of: number))
        count += MemoryLayout.size(ofValue: number)
    }

    /// Writes the value without its length; nothing for NULL.
    mutating func append(_ value: SQLValue) {
        switch value {
        case .null: break
        case .integer(let number): append(Int64(number))
        case .text(var text): text.withUTF8 { copy(UnsafeRawBufferPointer($0)) }
        case .blob(let bytes): bytes.withUnsafeBytes { copy($0) }
        case .time(let time): append(PostgresTime.microseconds(time))
        case .flag(let flag): append(UInt8(flag ? 1 : 0))
        case .uuid(let text): appendBytes(ofUUID: text)
        }
    }

    private mutating func appendBytes(ofUUID text: String) {
        UUIDText.copyBytes(of: text, to: UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
        count += UUIDText.byteCount
    }

    private mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// The header of an array: one dimension, whose first index is 1; elements may be NULL.
    mutating func appendArrayHeader(of type: SQLType, count: Int) {
        let dimensions: Int32 = 1
        let mayHoldNull: Int32 = 1
        let firstIndex: Int32 = 1
        append(dimensions)
        append(mayHoldNull)
        append(type.oid)
        append(Int32(count))
        append(firstIndex)
    }

    /// An array's element: its length, which is -1 for NULL, and its value.
    mutating func appendElement(_ value: SQLValue) {
        append(value.isNull ? -1 : Int32(value.binarySize))
        append(value)
    }
}

extension SQLValue {
    var isNull: Bool { if case .null = self { true } else { false } }

    /// The value's number of bytes in PostgreSQL's binary format.
    var binarySize: Int {
        switch self {
        case .null: 0
        case .integer, .time: 8
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        case .flag: 1
        case .uuid: UUIDText.byteCount
        }
    }
}
