import Database
import Foundation
import Testing

@Suite struct DatabaseTests {
    let path = NSTemporaryDirectory() + "keyvigil-\(UUID().uuidString).db"

    func open() throws -> Database { try Database(sqlite: path, create: true) }

    @Test func `a missing file is not created unless asked`() async throws {
        let error = #expect(throws: DatabaseError.self) { try Database(sqlite: path, create: false) }
        #expect(error?.kind == .unavailable)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a file that is no database is refused`() throws {
        try Data(repeating: 65, count: 4096).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: DatabaseError.self) { try open() }
        #expect(error?.kind == .unavailable)
    }
}

@Suite struct UTCTextTests {
    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000Z"), (1_795_256_100.5, "2026-11-21T10:15:00.500Z"),
        (951_782_400, "2000-02-29T00:00:00.000Z"), (4_102_444_799.9996, "2100-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.000Z"),
    ])
    func `times read back to the millisecond`(seconds: Double, text: String) throws {
        #expect(UTCText.string(Date(timeIntervalSince1970: seconds)) == text)
        let back = try #require(UTCText.date(text))
        #expect(abs(back.timeIntervalSince1970 - seconds) < 0.001)
    }

    @Test(arguments: ["", "2026-11-21", "2026-11-21T10:15:00Z", "2026-11-21 10:15:00.000Z", "2026-1a-21T10:15:00.000Z"])
    func `other forms are no times`(text: String) { #expect(UTCText.date(text) == nil) }
}
