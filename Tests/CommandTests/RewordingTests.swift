import Foundation
import JudgementSupport
import Simulator
import TestSupport
import Testing

/// Rewording every sentence changes no stored row, no decision and no fact shown (ruling 53).
///
/// `KEYVIGIL_TEST_REWORDING` makes the program replace each sentence by a meaningless one that begins with a mark.
struct RewordingTests {
    private static let reworded = ["KEYVIGIL_TEST_REWORDING": "1"]
    private static let mark: Character = "\u{203B}"
    /// `KEYVIGIL_LONG=1` takes 20 histories.
    private static let seeds = (1...Campaign.count(ci: 1, long: 20)).map(UInt64.init)

    @Test("A history under other words makes the same rows and decisions, and stores no sentence", arguments: seeds)
    func rows(seed: UInt64) async throws {
        let usual = try await Machine()
        let keys = try await history(on: usual, seed: seed)
        let other = try await Machine()
        let otherKeys = try await history(on: other, seed: seed, Self.reworded)
        let expected = try await decisions(on: usual, about: keys)
        #expect(expected.contains { $0.contains("key.disabled") }, "the history disables a key")
        #expect(expected.contains { $0.contains("key.held") }, "the history holds a key")
        #expect(try await decisions(on: other, about: otherKeys) == expected, "seed \(seed)")
        #expect(try await marked(on: other).allSatisfy { $0 == "mail" }, "only mails that were composed hold sentences")
    }

    @Test("What is shown of a stored history has the same facts under other words")
    func facts() async throws {
        let machine = try await Machine()
        let keys = try await history(on: machine, seed: 1)
        let before = try await dump(machine)
        #expect(before.contains { $0.hasPrefix("audit_entry ") && $0.contains(keys[0].id) })
        for key in keys {
            let usual = try await shown("explain", key.id, on: machine)
            let other = try await shown("explain", key.id, on: machine, Self.reworded)
            #expect(other["summary"] as? String != usual["summary"] as? String)
            #expect((other["summary"] as? String)?.first == Self.mark)
            #expect(facts(of: other) == facts(of: usual))
        }
        let usual = try await shown("status", on: machine)
        let other = try await shown("status", on: machine, Self.reworded)
        #expect(facts(of: other) == facts(of: usual))
        let list = try await machine.run("audit", "list", "--json", days: 12)
        let otherList = try await machine.run("audit", "list", "--json", days: 12, environment: Self.reworded)
        #expect(otherList.output == list.output)
        #expect(try await dump(machine) == before, "reading writes nothing")
    }

    // MARK: - Histories

    /// Keys of three providers whose answers change at random, and a run a day; the same seed makes the same history.
    private func history(
        on machine: Machine, seed: UInt64, _ environment: [String: String] = [:]
    ) async throws -> [Stored] {
        var numbers = Numbers(seed: seed)
        try await machine.addTenant()
        var keys: [Stored] = []
        for provider in ["openai", "openai", "openai", "groq", "mistral", "mistral"] {
            keys.append(try await machine.addKey(provider))
        }
        // The last key of OpenAI stays alive as evidence; the only one of Groq has none.
        try await machine.strike(keys[0])
        try await machine.strike(keys[3])
        for day in 1...8 {
            for key in [keys[1], keys[4], keys[5]] where Double.random(in: 0..<1, using: &numbers) < 0.4 {
                let scenarios: [Scenario] = [.valid, .invalid, .down, .drop]
                try await machine.strike(key, scenarios.randomElement(using: &numbers) ?? .valid)
            }
            _ = try await machine.run("run", "--all", days: Double(day) * 1.05, environment: environment)
        }
        return keys
    }

    /// Every audit row without what differs from one machine to another: ids, times and order within a run.
    private func decisions(on machine: Machine, about keys: [Stored]) async throws -> [String] {
        let rows = try await machine.rows(
            """
            SELECT r.started_at, a.event, coalesce(a.key_id, ''), coalesce(a.provider, ''), coalesce(a.finding, ''),
                coalesce(a.http_status, ''), coalesce(a.provider_code, ''), coalesce(a.details, '')
            FROM audit_entry a JOIN run r ON r.id = a.run_id ORDER BY r.started_at, a.seq
            """, columns: 8)
        let numbers = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1.id, "key \($0)") })
        let runs = Dictionary(grouping: rows) { $0[0] }.sorted { $0.key < $1.key }
        return runs.enumerated().flatMap { number, run in
            run.value.map { row in
                let texts = row.dropFirst().map { numbers[$0] ?? plain($0) }
                return "\(number) \(texts.joined(separator: "|"))"
            }.sorted()
        }
    }

    /// A text without its ids and times.
    private func plain(_ text: String) -> String {
        text.replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "ID")
            .replacing(/\d{4}-\d\d-\d\dT[0-9:.]+Z/, with: "TIME")
    }

    // MARK: - Looking

    /// The tables with a text that holds the mark of a reworded sentence.
    private func marked(on machine: Machine) async throws -> [String] {
        let rows = try await dump(machine).filter { $0.contains(Self.mark) }
        return Set(rows.map { String($0.prefix { $0 != " " }) }).sorted()
    }

    /// All rows of the store as texts, each after its table's name.
    private func dump(_ machine: Machine) async throws -> [String] {
        let tables = try await machine.rows(
            """
            SELECT m.name, group_concat('coalesce(CAST("' || c.name || '" AS TEXT), '''')', ' || '','' || ')
            FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' GROUP BY m.name ORDER BY m.name
            """, columns: 2)
        var rows: [String] = []
        for table in tables {
            rows += try await machine.column("SELECT \(table[1]) FROM \"\(table[0])\" ORDER BY 1")
                .map { "\(table[0]) \($0)" }
        }
        return rows
    }

    private func shown(
        _ arguments: String..., on machine: Machine, _ environment: [String: String] = [:]
    ) async throws -> [String: Any] {
        try await machine.start(arguments + ["--json"], days: 12, environment: environment).finish().json
    }

    /// A document without its sentences, as sorted text.
    private func facts(of document: [String: Any]) -> String {
        var document = document
        for name in ["summary", "next"] { document[name] = nil }
        if let conditions = document["conditions"] as? [[String: Any]] {
            document["conditions"] = conditions.map { $0.filter { $0.key != "sentence" } }
        }
        let data = try? JSONSerialization.data(withJSONObject: document, options: .sortedKeys)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}
