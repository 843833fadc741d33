import Database
import Foundation
import TestSupport
import Testing

struct RowStorageTests {
    private static let values: [(expression: String, kept: [SQLType])] = [
        ("NULL", [.integer, .text, .blob]), ("401", [.integer]), ("'401'", [.text]), ("x'343031'", [.blob]),
        ("401.5", []), ("CAST(x'ff' AS TEXT)", []), ("'\u{FFFD}é'", [.text]),
    ]

    @Test("A value is told from one of another kind that reads the same", arguments: values)
    func kept(expression: String, kinds: [SQLType]) async throws {
        let directory = try TemporaryDirectory()
        let database = try Database(sqlite: directory.path("store.db"), create: true)
        let kept = try await database.read { connection in
            try connection.first("SELECT \(expression)") { row in
                [SQLType.integer, .text, .blob].filter { row.keeps($0, 0) }
            }
        }
        #expect(kept == kinds)
    }

    @Test(
        "A text that would be written back in another form is no time",
        arguments: [
            "2026-02-30T10:15:00.000Z", "2026-13-01T10:15:00.000Z", "2026-11-21T24:00:00.000Z",
            "2026-11-21T10:60:00.000Z", "2026-11-21T10:15:60.000Z", "2026x11-21T10:15:00.000Z",
            "2026-11-21T10x15:00.000Z", "2026-11-21T10:15:00,000Z", "2026-11-21T10:15:00.000z",
        ])
    func otherForms(text: String) { #expect(UTCText.date(text) == nil) }
}
