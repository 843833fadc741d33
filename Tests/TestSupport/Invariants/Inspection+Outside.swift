internal import Database
internal import Foundation
internal import KeyVigil
internal import Secrets

extension Inspection {
    /// Violations of invariant 4, for keys that were never replaced: of a replaced key the old secret is not stored, so
    /// that its requests cannot be counted.
    func unasked(_ facts: StoreFacts, _ stories: [String: KeyStory]) async throws -> [Violation] {
        guard let asked else { return [] }
        var found: [Violation] = []
        for (key, secret) in try await secrets(of: facts.keys.filter { $0.health.version == 1 }) {
            let requests = await asked(key.provider, secret)
            let answers = stories[key.id]?.answers ?? 0
            if requests < answers {
                found.append(
                    Violation(.askedBeforeStored, "key \(key.id): \(answers) answers, asked \(requests) times"))
            }
        }
        return found
    }

    /// Violations of invariant 8, for at most 40 keys chosen at random, because the search costs time for each key.
    func leaks(_ facts: StoreFacts) async throws -> [Violation] {
        let some = try await secrets(of: Array(facts.keys.shuffled().prefix(40)))
        let scanner = LeakScanner(some.map { ($0.0.provider, $0.secret, $0.0.prefix.utf8.count) })
        var leaks: Set<LeakScanner.Leak> = []
        for text in printed { leaks.formUnion(scanner.leaks(in: text, "output")) }
        for mail in delivered ?? [] { leaks.formUnion(scanner.leaks(in: mail.content, "a mail")) }
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: file) else { continue }
            leaks.formUnion(scanner.leaks(in: [UInt8](bytes), file))
        }
        leaks.formUnion(try await database.read { try $0.leaks(scanner) })
        return leaks.map { Violation(.secret, $0.description) }
    }

    /// The secrets of those keys that the ring opens.
    private func secrets(of keys: [StoredKey]) async throws -> [(StoredKey, secret: String)] {
        let ring = ring
        return try await database.read { connection in
            let sealer = try Sealer(ring)
            return try keys.compactMap { key in
                guard let sealed = try KeyTable.ciphertext(keyID: key.id, in: connection),
                    let secret = try? sealer.open(sealed, associatedData: key.associatedData)
                else { return nil }
                return (key, secret.withBytes { String(decoding: $0, as: UTF8.self) })
            }
        }
    }
}

extension Connection {
    /// Leaks in any column of any table. Byte columns are searched as bytes: in hexadecimal four of them could match a
    /// part of some key by chance.
    fileprivate func leaks(_ scanner: LeakScanner) throws -> Set<LeakScanner.Leak> {
        let isServer = dialect == .postgresql
        let columns = try query(
            isServer
                ? """
                SELECT table_name, column_name, data_type FROM information_schema.columns c
                WHERE table_schema = current_schema
                    AND NOT (SELECT relispartition FROM pg_class WHERE oid = quote_ident(c.table_name)::regclass)
                """
                : "SELECT t.name, c.name, c.type FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
        ) { ($0.text(0), $0.text(1), ["bytea", "BLOB"].contains($0.text(2))) }
        var leaks: Set<LeakScanner.Leak> = []
        for (table, column, isBytes) in columns {
            let value = isBytes || !isServer ? column : "\(column)::text"
            try forEachRow("SELECT \(value) FROM \(table) WHERE \(column) IS NOT NULL") { row in
                let bytes = isBytes ? row.blob(0) : Array(row.text(0).utf8)
                leaks.formUnion(scanner.leaks(in: bytes, "\(table).\(column)"))
            }
        }
        return leaks
    }
}
