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
