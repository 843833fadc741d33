package import Database
internal import Foundation
internal import KeyVigil

/// The table `condition`: what operators have to act on.
package enum ConditionTable {
    /// Conditions that stand, as the last run left them, in order of kind and subject.
    package static func standing(in connection: Connection) throws -> [Condition] {
        try conditions(where: "ended_at IS NULL", in: connection)
    }

    /// Conditions that stand, and those over since `date` whose end nobody was told.
    static func open(endedSince date: Date, in connection: Connection) throws -> [Condition] {
        try conditions(
            where: "ended_at IS NULL OR (end_told_at IS NULL AND ended_at > $1)", values: [.time(date)], in: connection)
    }

    private static func conditions(where those: String, values: [SQLValue] = [], in connection: Connection) throws
        -> [Condition]
    {
        try connection.query(
            """
            SELECT kind, subject, since, facts, told_at, ended_at, end_told_at, absent_since FROM condition
            WHERE \(those) ORDER BY kind, subject, since
            """, values, Condition.init(row:)
        ).compactMap(\.self)
    }

    static func write(_ condition: Condition, in transaction: StoreTransaction) throws {
        let facts = String(decoding: try JSONEncoder().encode(condition.facts), as: UTF8.self)
        try transaction.execute(
            """
            INSERT INTO condition (kind, subject, since, facts, told_at, ended_at, end_told_at, absent_since)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (kind, subject, since) DO UPDATE SET facts = excluded.facts, told_at = excluded.told_at,
                ended_at = excluded.ended_at, end_told_at = excluded.end_told_at, absent_since = excluded.absent_since
            """,
            [
                .text(condition.kind.rawValue), .text(condition.subject), .time(condition.since), .text(facts),
                .time(condition.toldAt), .time(condition.endedAt), .time(condition.endToldAt),
                .time(condition.absentSince),
            ])
    }
}

extension Condition {
    /// Nil for a kind that this program does not know.
    fileprivate init?(row: Row) {
        guard let kind = ConditionKind(rawValue: row.text(0)) else { return nil }
        let facts = try? JSONDecoder().decode(Details.self, from: Data(row.text(3).utf8))
        self.init(
            kind: kind, subject: row.text(1), since: row.time(2) ?? .distantPast, facts: facts ?? Details(count: 0))
        (toldAt, endedAt, endToldAt, absentSince) = (row.time(4), row.time(5), row.time(6), row.time(7))
    }
}
