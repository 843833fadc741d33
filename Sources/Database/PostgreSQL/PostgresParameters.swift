internal import CPostgres
internal import Foundation

/// A statement's bound values in PostgreSQL's binary format, in one buffer.
///
/// Source of the formats: PostgreSQL's `src/backend/utils/adt`, functions `…_recv`. Integers are big-endian.
struct PostgresParameters {
    /// Begins with one unused byte: an empty buffer has no address, and libpq takes a missing address for NULL.
    private var bytes: [UInt8] = []
    /// The range of each value in `bytes`; nil for NULL.
    private var ranges: [Range<Int>?] = []
    private(set) var types: [Oid] = []

    static let none = PostgresParameters([])

    /// One parameter for each value.
    init(_ values: [SQLValue]) {
        types = values.map(\.type.oid)
        let size = values.reduce(1) { $0 + $1.binarySize }
        fill(byteCount: size) { writer in
            values.map { value in value.isNull ? nil : writer.range { $0.append(value) } }
        }
    }

    /// One array for each column.
    init(columns: [SQLType], rows: [[SQLValue]]) {
        types = columns.map(\.arrayOid)
        let headers = columns.count * BinaryWriter.arrayHeaderSize
        let size = rows.reduce(1 + headers) { $0 + $1.reduce(0) { $0 + 4 + $1.binarySize } }
        fill(byteCount: size) { writer in
            columns.enumerated().map { column, type in
                writer.range { writer in
                    writer.appendArrayHeader(of: type, count: rows.count)
                    for row in rows { writer.appendElement(row[column]) }
                }
            }
        }
    }

    /// - Parameters:
    ///   - byteCount: the size of the buffer, its unused first byte included.
    ///   - body: writes all bytes after the first and returns the range of each value.
    private mutating func fill(byteCount: Int, body: (inout BinaryWriter) -> [Range<Int>?]) {
        var ranges: [Range<Int>?] = []
        bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            var writer = BinaryWriter(UnsafeMutableRawBufferPointer(buffer))
            writer.append(UInt8(0))
            ranges = body(&writer)
            count = writer.count
        }
        self.ranges = ranges
    }

    /// Passes the values' addresses, lengths and formats to `body` as libpq takes them; they are valid only there.
    func withPointers<Value>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Value
    ) -> Value {
        let lengths = ranges.map { Int32($0?.count ?? 0) }
        let binary = [Int32](repeating: 1, count: ranges.count)
        return bytes.withUnsafeBytes { buffer in
            let start = buffer.bindMemory(to: CChar.self).baseAddress
            let values = ranges.map { range in range.flatMap { start?.advanced(by: $0.lowerBound) } }
            return values.withUnsafeBufferPointer { body($0.baseAddress, lengths, binary) }
        }
    }
}

extension SQLType {
    /// The type's row in `pg_type`.
    var oid: Oid {
        switch self {
        case .flag: 16
        case .blob: 17
        case .integer: 20
        case .text: 25
        case .time: 1184
        case .id: 2950
        }
    }

    /// The row of the array type whose elements are of this type.
    var arrayOid: Oid {
        switch self {
        case .flag: 1000
        case .blob: 1001
        case .integer: 1016
        case .text: 1009
        case .time: 1185
        case .id: 2951
        }
    }
}

/// Times in PostgreSQL's binary format: microseconds since the start of 2000, UTC.
enum PostgresTime {
    /// The start of 2000 as Unix time.
    private static let epoch = 946_684_800.0

    /// Rounded to the millisecond like ``UTCText``, so that both engines store the same time.
    static func microseconds(_ date: Date) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1000).rounded()) * 1000 - Int64(epoch) * 1_000_000
    }

    static func date(_ microseconds: Int64) -> Date {
        Date(timeIntervalSince1970: epoch + Double(microseconds) / 1_000_000)
    }
}
