internal import Database
internal import Foundation
internal import KeyVigil

extension Composing {
    /// A mail that no server has taken up yet, and nobody else has got in another copy, is made anew when there is more to
    /// tell: while the relay is away a key may go and come back, and that is one story (ruling 18). Returns since when
    /// the oldest of them waits.
    func withdrawUntold(
        of tenantID: String, in connection: Connection, _ chain: inout AuditChain
    ) throws -> Date? {
        let mails = try connection.untoldMails(of: tenantID)
        guard !mails.isEmpty, try hasMoreToTell(tenantID, connection) else { return nil }
        for mail in mails {
            try connection.withdraw(mailID: mail.id)
            try chain.append(
                AuditEntry(.mailWithdrawn, at: now, tenantID: tenantID, details: "mail \(mail.id): to be told anew"),
                to: connection)
        }
        return mails.map(\.createdAt).min()
    }

    private func hasMoreToTell(_ tenantID: String, _ connection: Connection) throws -> Bool {
        var part = Part()
        while !part.isLast {
            let waiting = try connection.waitingNotices(of: tenantID, &part)
            if try split(waiting).told.contains(where: { try !isHeldBack($0, connection) }) { return true }
        }
        return false
    }
}

extension Connection {
    /// Mails of which no server has seen a word, and whose notices stand in no other mail of which one has.
    fileprivate func untoldMails(of tenantID: String) throws -> [(id: String, createdAt: Date)] {
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
    fileprivate func withdraw(mailID: String) throws {
        try execute("UPDATE mail SET state = 'suppressed', next_attempt_at = NULL WHERE id = $1", [.text(mailID)])
        try execute(
            """
            UPDATE notice SET state = 'waiting'
            WHERE state = 'mailed' AND id IN (SELECT notice_id FROM mail_notice WHERE mail_id = $1)
            """, [.text(mailID)])
    }
}
