import Database
import Foundation
import TestSupport
import Testing

struct RowStorageTests {
    private static let values: [(expression: String, types: [SQLType])] = [
        ("NULL", [.integer, .text, .blob]), ("401", [.integer]), ("'401'", [.text]), ("x'343031'", [.blob]),
        ("401.5", []), ("CAST(x'ff' AS TEXT)", []), ("'\u{FFFD}é'", [.text]),
    ]

    @Test("A value is distinguished from one of another type that reads the same", arguments: values)
    func holds(expression: String, types: [SQLType]) async throws {
        let directory = try TemporaryDirectory()
        let database = try Database(sqlite: directory.path("store.db"), create: true)
        let held = try await database.read { connection in
            try connection.first("SELECT \(expression)") { row in
                [SQLType.integer, .text, .blob].filter { row.holds($0, in: 0) }
            }
        }
        #expect(held == types)
    }
}
