internal import CPostgres
internal import Foundation

/// The server's result of one statement; cleared in `deinit`.
final class PostgresResult {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    var status: ExecStatusType { PQresultStatus(handle) }
    var hasColumns: Bool { PQnfields(handle) > 0 }
    var rows: some Sequence<PostgresRow> {
        (0..<PQntuples(handle)).lazy.map { PostgresRow(result: self.handle, number: $0) }
    }

    /// How many rows the statement changed.
    var changed: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// The command that the server executed, such as `COMMIT`.
    var command: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }
}

/// One row of a result, in PostgreSQL's binary format.
struct PostgresRow {
    let result: OpaquePointer
    let number: Int32

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, number, Int32(column)) == 1 }

    /// A whole number of any size, or a truth value as 0 or 1.
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

    /// Text; numbers, times and UUIDs as SQLite returns them. 16, 20, 21 and 23 are `boolean`, `bigint`, `smallint`,
    /// `integer`.
    func text(_ column: Int) -> String {
        switch PQftype(result, Int32(column)) {
        case 16, 20, 21, 23: String(integer(column))
        case SQLType.id.oid: isNull(column) ? "" : UUIDText.text(of: bytes(column))
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
