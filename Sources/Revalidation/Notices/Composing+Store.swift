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

    /// Keys that are on, not suspected, not without credit and not past their end; a few, and how many there are.
    func workingKeys(
        of tenantID: String, at place: Composing.Place, now: Date
    ) throws -> (keys: [StoredKey], count: Int) {
        try workingKeys(
            "k.tenant_id = $2 AND k.provider = $3 AND k.scope_kind = $4 AND k.scope_id = $5",
            [
                .time(now), .text(tenantID), .text(place.provider), .text(place.scope.kind),
                .text(place.scope.id),
            ])
    }

    /// The same of all providers but these.
    func workingKeys(
        of tenantID: String, besides providers: Set<String>, now: Date
    ) throws -> (keys: [StoredKey], count: Int) {
        try workingKeys(
            "k.tenant_id = $2 AND NOT \(dialect.isListed("k.provider", in: "$3"))",
            [.time(now), .text(tenantID), .text(providers.sorted().joined(separator: ","))])
    }

    private func workingKeys(
        _ condition: String, _ values: [SQLValue]
    ) throws -> (keys: [StoredKey], count: Int) {
        let source = """
            FROM stored_key k JOIN key_health h ON h.key_id = k.id
            WHERE (k.expires_at IS NULL OR k.expires_at > $1) AND \(condition) AND h.status = 'active'
                AND h.suspected_since IS NULL AND h.exhausted_since IS NULL AND h.last_finding IN ('valid', 'restricted')
            """
        // One more than are named, for one may be the key that the notice is about.
        let most = Digest.WorkingKeys.mostNamed + 1
        let keys = try query(
            "SELECT \(StoredKey.columns) \(source) ORDER BY k.provider, k.id LIMIT \(most)", values, StoredKey.init)
        guard keys.count == most else { return (keys, keys.count) }
        return (keys, try first("SELECT count(*) \(source)", values) { $0.integer(0) } ?? keys.count)
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

    /// Mails of which no server has seen a word, and whose notices stand in no other mail of which one has.
    func untoldMails(of tenantID: String) throws -> [(id: String, createdAt: Date)] {
        let isUntold = """
            in_doubt_count = 0 AND first_answer_at IS NULL AND (state = 'deferred' OR (state = 'pending' AND attempts = 0))
            """
        return try query(
            """
            SELECT id, created_at FROM mail AS m WHERE tenant_id = $1 AND next_attempt_at IS NOT NULL AND \(isUntold)
                AND NOT EXISTS (
                    SELECT 1 FROM mail_notice mine JOIN mail_notice theirs ON theirs.notice_id = mine.notice_id
                    JOIN mail ON mail.id = theirs.mail_id
                    WHERE mine.mail_id = m.id AND mail.state <> 'suppressed' AND NOT (\(isUntold)))
            ORDER BY created_at, id
            """, [.text(tenantID)]
        ) { ($0.text(0), $0.time(1) ?? .distantPast) }
    }

    /// It is not sent any more, and its notices wait for another.
    func withdraw(mailID: String) throws {
        try execute("UPDATE mail SET state = 'suppressed', next_attempt_at = NULL WHERE id = $1", [.text(mailID)])
        try execute(
            """
            UPDATE notice SET state = 'waiting'
            WHERE state = 'mailed' AND id IN (SELECT notice_id FROM mail_notice WHERE mail_id = $1)
            """, [.text(mailID)])
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
