package import Database
internal import Foundation
internal import KeyVigil

/// The table `condition`: standing and past conditions that operators are told of.
package enum ConditionTable {
    /// The conditions that stand, as the last run stored them, sorted by kind and subject.
    ///
    /// - Throws: `DatabaseError` where the store cannot be read.
    package static func standing(in connection: Connection) throws -> [Condition] {
        try conditions(where: "ended_at IS NULL", in: connection)
    }

    /// The conditions that stand, and those that ended after `date` and whose end operators were not told.
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

    /// Inserts a condition, or updates the one with the same kind, subject and start.
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
        toldAt = row.time(4)
        endedAt = row.time(5)
        endToldAt = row.time(6)
        absentSince = row.time(7)
    }
}
