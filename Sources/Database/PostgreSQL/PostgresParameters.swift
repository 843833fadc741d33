internal import CPostgres
internal import Foundation

/// Values in PostgreSQL's binary format, in one buffer.
///
/// Formats: PostgreSQL's `src/backend/utils/adt`, functions `…_recv`; integers are big-endian.
struct PostgresParameters {
    /// Begins with a byte of no meaning: an empty buffer has no address, and to libpq no address is NULL.
    private var bytes: [UInt8] = []
    /// Where each value lies; nil for NULL.
    private var places: [Range<Int>?] = []
    private(set) var types: [Oid] = []

    init(_ values: [SQLValue]) {
        types = values.map(\.type.oid)
        let size = values.reduce(1) { $0 + $1.binarySize }
        write(size) { writer in
            values.map { value in value.isNull ? nil : writer.range { $0.append(value) } }
        }
    }

    /// An array for each column.
    init(columns: [SQLType], rows: [[SQLValue]]) {
        types = columns.map(\.arrayOid)
        let heads = columns.count * BinaryWriter.arrayHeaderSize
        let size = rows.reduce(1 + heads) { $0 + $1.reduce(0) { $0 + 4 + $1.binarySize } }
        write(size) { writer in
            columns.enumerated().map { column, type in
                writer.range { writer in
                    writer.appendArrayHeader(of: type, count: rows.count)
                    for row in rows { writer.appendElement(row[column]) }
                }
            }
        }
    }

    /// `body` writes exactly `size` bytes, the first one included, and returns the places.
    private mutating func write(_ size: Int, _ body: (inout BinaryWriter) -> [Range<Int>?]) {
        var places: [Range<Int>?] = []
        bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            var writer = BinaryWriter(UnsafeMutableRawBufferPointer(buffer))
            writer.append(UInt8(0))
            places = body(&writer)
            count = writer.count
        }
        self.places = places
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
