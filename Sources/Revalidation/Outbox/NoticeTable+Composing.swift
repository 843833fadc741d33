internal import Database
internal import Foundation
internal import KeyVigil

extension NoticeTable {
    /// The ids of all tenants with waiting notices, sorted.
    static func tenantsWithWaiting(in connection: Connection) throws -> [String] {
        try connection.query(
            "SELECT DISTINCT tenant_id FROM notice WHERE state = $1 ORDER BY tenant_id",
            [.text(NoticeState.waiting.rawValue)]
        ) { $0.text(0) }
    }

    /// The waiting notices of the tenant's keys after `part.after`, at most those of one part. Advances `part` past
    /// them.
    static func waiting(of tenantID: String, _ part: inout MailComposer.Part, in connection: Connection) throws
        -> [MailComposer.WaitingNotice]
    {
        let keys = try connection.query(
            """
            SELECT DISTINCT subject FROM notice
            WHERE tenant_id = $1 AND state = \(NoticeState.waiting.sql) AND subject > $2
            ORDER BY subject LIMIT \(MailComposer.Part.mostKeys)
            """, [.text(tenantID), .text(part.after)]
        ) { $0.text(0) }
        let rows = try connection.query(
            """
            SELECT id, kind, facts, subject FROM notice
            WHERE tenant_id = $1 AND state = \(NoticeState.waiting.sql) AND subject > $2 AND subject <= $3
            ORDER BY created_at, id
            """, [.text(tenantID), .text(part.after), .text(keys.last ?? part.after)]
        ) { row in (id: row.text(0), kind: row.text(1), facts: row.text(2), keyID: row.text(3)) }
        part = MailComposer.Part(after: keys.last ?? part.after, isLast: keys.count < MailComposer.Part.mostKeys)
        return try rows.compactMap { row in
            guard let kind = NoticeKind(rawValue: row.kind) else { return nil }
            let facts = try JSONDecoder().decode(OwedNotice.Details.self, from: Data(row.facts.utf8))
            return MailComposer.WaitingNotice(
                id: row.id, kind: kind, facts: facts, key: try KeyTable.key(row.keyID, in: connection))
        }
    }

    /// The kinds of notices about a key in mails composed after `date`, without withdrawn mails.
    static func kindsMailed(about keyID: String, since date: Date, in connection: Connection) throws -> Set<NoticeKind>
    {
        let kinds = try connection.query(
            """
            SELECT DISTINCT n.kind FROM notice n JOIN mail_notice l ON l.notice_id = n.id
            JOIN mail m ON m.id = l.mail_id
            WHERE n.subject = $1 AND m.created_at > $2 AND m.state <> \(MailState.suppressed.sql)
            """, [.text(keyID), .time(date)]
        ) { NoticeKind(rawValue: $0.text(0)) }
        return Set(kinds.compactMap(\.self))
    }

    static func setState(_ state: NoticeState, ofNotice id: String, in transaction: StoreTransaction) throws {
        try transaction.execute("UPDATE notice SET state = $1 WHERE id = $2", [.text(state.rawValue), .id(id)])
    }

    /// The size of the backlog: waiting notices and unsent mails together.
    static func waiting(in connection: Connection) throws -> Int {
        try connection.first(
            """
            SELECT (SELECT count(*) FROM notice WHERE state = \(NoticeState.waiting.sql))
                + (SELECT count(*) FROM mail WHERE state IN (\(MailState.undelivered.sql)))
            """
        ) { $0.integer(0) } ?? 0
    }
}
