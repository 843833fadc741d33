internal import Database
internal import Foundation
internal import KeyVigil

extension Connection {
    func tenantsWithNotices() throws -> [String] {
        try query("SELECT DISTINCT tenant_id FROM notice WHERE state = 'waiting' ORDER BY tenant_id") { $0.text(0) }
    }

    /// Those of a part's keys, which then is the next one.
    func waitingNotices(of tenantID: String, _ part: inout Composing.Part) throws -> [Composing.Waiting] {
        let keys = try query(
            """
            SELECT DISTINCT subject FROM notice WHERE tenant_id = $1 AND state = 'waiting' AND subject > $2
            ORDER BY subject LIMIT \(Composing.Part.mostKeys)
            """, [.text(tenantID), .text(part.after)]
        ) { $0.text(0) }
        let rows = try query(
            """
            SELECT id, kind, facts, subject FROM notice
            WHERE tenant_id = $1 AND state = 'waiting' AND subject > $2 AND subject <= $3 ORDER BY created_at, id
            """, [.text(tenantID), .text(part.after), .text(keys.last ?? part.after)]
        ) { row in (id: row.text(0), kind: row.text(1), facts: row.text(2), keyID: row.text(3)) }
        part = Composing.Part(after: keys.last ?? part.after, isLast: keys.count < Composing.Part.mostKeys)
        return try rows.compactMap { row in
            guard let kind = NoticeKind(rawValue: row.kind) else { return nil }
            let facts = try JSONDecoder().decode(OwedNotice.Facts.self, from: Data(row.facts.utf8))
            return Composing.Waiting(id: row.id, kind: kind, facts: facts, key: try storedKey(row.keyID))
        }
    }

    func deliverableAddresses(of tenantID: String) throws -> [String] {
        try query(
            "SELECT address FROM recipient WHERE tenant_id = $1 AND NOT suppressed AND role = 'owner' ORDER BY address",
            [.text(tenantID)]
        ) { $0.text(0) }
    }

    /// Which notices about a key stand in mails composed since then.
    func kindsMailed(about keyID: String, since date: Date) throws -> Set<NoticeKind> {
        let kinds = try query(
            """
            SELECT DISTINCT n.kind FROM notice n JOIN mail_notice l ON l.notice_id = n.id
            JOIN mail m ON m.id = l.mail_id WHERE n.subject = $1 AND m.created_at > $2 AND m.state <> 'suppressed'
            """, [.text(keyID), .time(date)]
        ) { NoticeKind(rawValue: $0.text(0)) }
        return Set(kinds.compactMap(\.self))
    }

    func setState(_ state: String, ofNotice id: String) throws {
        try execute("UPDATE notice SET state = $1 WHERE id = $2", [.text(state), .text(id)])
    }

    func insert(_ message: MailMessage, id: String, tenantID: String, since: Date, now: Date) throws {
        try execute(
            """
            INSERT INTO mail (id, tenant_id, address, message_id, subject, message, created_at, next_attempt_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .text(id), .text(tenantID), .text(message.to.address), .text(message.messageID.description),
                .text(message.subject.text), .blob(message.bytes), .time(since),
                .time(now),
            ])
    }

    func link(mailID: String, noticeID: String) throws {
        try execute("INSERT INTO mail_notice (mail_id, notice_id) VALUES ($1, $2)", [.text(mailID), .text(noticeID)])
    }
}
