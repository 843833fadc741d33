/// Writes into memory that is large enough: an array that grows looks for room at each number.
struct BinaryWriter {
    static let arrayHeaderSize = 20
    private(set) var count = 0
    private let memory: UnsafeMutableRawBufferPointer

    init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    /// Where what `body` writes lies.
    mutating func range(_ body: (inout BinaryWriter) -> Void) -> Range<Int> {
        let start = count
        body(&self)
        return start..<count
    }

    mutating func append(_ number: some FixedWidthInteger & BitwiseCopyable) {
        memory.storeBytes(of: number.bigEndian, toByteOffset: count, as: type(of: number))
        count += MemoryLayout.size(ofValue: number)
    }

    /// Nothing for NULL.
    mutating func append(_ value: SQLValue) {
        switch value {
        case .null: break
        case .integer(let number): append(Int64(number))
        case .text(var text): text.withUTF8 { copy(UnsafeRawBufferPointer($0)) }
        case .blob(let bytes): bytes.withUnsafeBytes { copy($0) }
        case .time(let time): append(PostgresTime.microseconds(time))
        case .flag(let flag): append(UInt8(flag ? 1 : 0))
        }
    }

    private mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// One dimension from 1, which may hold NULLs.
    mutating func appendArrayHeader(of type: SQLType, count: Int) {
        for number in [1, 1, Int32(bitPattern: type.oid), Int32(count), 1] as [Int32] { append(number) }
    }

    mutating func appendElement(_ value: SQLValue) {
        append(value.isNull ? -1 : Int32(value.binarySize))
        append(value)
    }
}

extension SQLValue {
    var isNull: Bool { if case .null = self { true } else { false } }

    /// Bytes of its binary format.
    var binarySize: Int {
        switch self {
        case .null: 0
        case .integer, .time: 8
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        case .flag: 1
        }
    }
}
