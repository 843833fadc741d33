internal import CPostgres
internal import Foundation

/// Values in PostgreSQL's binary format, in one buffer.
///
/// Formats: PostgreSQL's `src/backend/utils/adt`, functions `…_recv`; integers are big-endian.
struct PostgresParameters {
    /// Begins with a byte of no meaning: an empty buffer has no address, and to libpq no address is NULL.
    private var bytes: [UInt8] = [0]
    /// Where each value lies; nil for NULL.
    private var places: [Range<Int>?] = []
    private(set) var types: [Oid] = []

    init(_ values: [SQLValue]) {
        for value in values {
            types.append(value.type.oid)
            add { $0.appendValue(value) }
        }
    }

    /// An array for each column.
    init(columns: [SQLType], rows: [[SQLValue]]) {
        bytes.reserveCapacity(rows.count * columns.count * 24)
        for (column, type) in columns.enumerated() {
            types.append(type.arrayOid)
            add { bytes in
                bytes.appendArrayHeader(of: type, count: rows.count)
                for row in rows { bytes.appendElement(row[column]) }
                return true
            }
        }
    }

    private mutating func add(_ write: (inout [UInt8]) -> Bool) {
        let start = bytes.count
        places.append(write(&bytes) ? start..<bytes.count : nil)
    }

    /// Pointers, lengths and formats as libpq wants them; valid inside `body`.
    func withPointers<Value>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Value
    ) -> Value {
        let lengths = places.map { Int32($0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: places.count)
        return bytes.withUnsafeBytes { buffer in
            let text = buffer.bindMemory(to: CChar.self).baseAddress
            let values = places.map { place in place.flatMap { text?.advanced(by: $0.lowerBound) } }
            return values.withUnsafeBufferPointer { body($0.baseAddress, lengths, formats) }
        }
    }
}

extension SQLType {
    /// The type's number in `pg_type`.
    var oid: Oid {
        switch self {
        case .flag: 16
        case .blob: 17
        case .integer: 20
        case .text: 25
        case .time: 1184
        }
    }

    var arrayOid: Oid {
        switch self {
        case .flag: 1000
        case .blob: 1001
        case .integer: 1016
        case .text: 1009
        case .time: 1185
        }
    }

    /// Its name in SQL.
    var postgresName: String {
        switch self {
        case .flag: "boolean"
        case .blob: "bytea"
        case .integer: "bigint"
        case .text: "text"
        case .time: "timestamptz"
        }
    }
}

/// Times as PostgreSQL counts them: microseconds since 2000.
enum PostgresTime {
    private static let epoch = 946_684_800.0

    /// Rounded to the millisecond, as ``UTCText`` does, so that both engines keep the same time.
    static func microseconds(_ date: Date) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1000).rounded()) * 1000 - Int64(epoch) * 1_000_000
    }

    static func date(_ microseconds: Int64) -> Date {
        Date(timeIntervalSince1970: epoch + Double(microseconds) / 1_000_000)
    }
}

extension [UInt8] {
    /// False for NULL.
    fileprivate mutating func appendValue(_ value: SQLValue) -> Bool {
        switch value {
        case .null: return false
        case .integer(let number): appendBigEndian(number)
        case .text(let text): append(contentsOf: text.utf8)
        case .blob(let bytes): append(contentsOf: bytes)
        case .time(let time): appendBigEndian(PostgresTime.microseconds(time))
        case .flag(let flag): append(flag ? 1 : 0)
        }
        return true
    }

    /// One dimension from 1, which may hold NULLs.
    fileprivate mutating func appendArrayHeader(of type: SQLType, count: Int) {
        for number in [1, 1, Int32(bitPattern: type.oid), Int32(count), 1] as [Int32] { appendBigEndian(number) }
    }

    fileprivate mutating func appendElement(_ value: SQLValue) {
        let start = count
        appendBigEndian(Int32(-1))
        guard appendValue(value) else { return }
        let length = Int32(count - start - 4).bigEndian
        Swift.withUnsafeBytes(of: length) { for (offset, byte) in $0.enumerated() { self[start + offset] = byte } }
    }

    private mutating func appendBigEndian(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
