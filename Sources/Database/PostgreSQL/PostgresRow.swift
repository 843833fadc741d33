internal import CPostgres
internal import Foundation

/// What the server answered to one statement; cleared when it goes.
final class PostgresResult {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    var status: ExecStatusType { PQresultStatus(handle) }
    var hasColumns: Bool { PQnfields(handle) > 0 }
    var rows: some Sequence<Row> {
        (0..<PQntuples(handle)).lazy.map { Row(PostgresRow(result: self.handle, number: $0)) }
    }

    /// How many rows a statement changed.
    var changed: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// The command that was done, such as `COMMIT`.
    var command: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }
}

/// One row of a result, in binary format.
struct PostgresRow {
    let result: OpaquePointer
    let number: Int32

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, number, Int32(column)) == 1 }

    /// Any whole number or truth value.
    func integer(_ column: Int) -> Int {
        let bytes = bytes(column)
        return switch bytes.count {
        case 1: Int(bytes.load(as: UInt8.self))
        case 2: Int(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        case 4: Int(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case 8: Int(Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
        default: 0
        }
    }

    /// Numbers and times as SQLite would show them.
    func text(_ column: Int) -> String {
        switch PQftype(result, Int32(column)) {
        case 16, 20, 21, 23: String(integer(column))
        case SQLType.time.oid: isNull(column) ? "" : UTCText.string(time(column))
        default: String(decoding: bytes(column), as: UTF8.self)
        }
    }

    func blob(_ column: Int) -> [UInt8] { Array(bytes(column)) }

    func time(_ column: Int) -> Date { PostgresTime.date(Int64(integer(column))) }

    private func bytes(_ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(result, number, Int32(column)), count: Int(PQgetlength(result, number, Int32(column))))
    }
}
