internal import Database
internal import Foundation
internal import KeyVigil

extension MailComposer {
    /// Withdraws mails of a tenant that no server has answered and of which no other copy was sent, where there are
    /// new notices to tell; their notices then go into a new mail. So a key that was down and up again while the
    /// relay was away is told in one mail (ruling 18).
    ///
    /// Returns the time at which the oldest of them was composed; nil where none was withdrawn.
    func withdrawUnsent(
        of tenantID: String, in transaction: AuditedTransaction
    ) throws -> Date? {
        let mails = try MailTable.unsent(of: tenantID, in: transaction.connection)
        guard !mails.isEmpty, try hasMoreToTell(tenantID, in: transaction.connection) else { return nil }
        for mail in mails {
            try MailTable.withdraw(mailID: mail.id, in: transaction)
            try transaction.append(AuditEntry(MailWithdrawn(mail: mail.id), at: now, tenantID: tenantID))
        }
        return mails.map(\.createdAt).min()
    }

    private func hasMoreToTell(_ tenantID: String, in connection: Connection) throws -> Bool {
        var part = Part()
        while !part.isLast {
            let waiting = try NoticeTable.waiting(of: tenantID, &part, in: connection)
            if try split(waiting).told.contains(where: { try !isHeldBack($0, in: connection) }) { return true }
        }
        return false
    }
}

extension MailTable {
    /// Mails that no server can have received, and whose notices stand in no other mail that a server may have
    /// received.
    fileprivate static func unsent(of tenantID: String, in connection: Connection) throws -> [(
        id: String, createdAt: Date
    )] {
        let isUntold = """
            in_doubt_count = 0 AND first_answer_at IS NULL
            AND (state = \(MailState.deferred.sql) OR (state = \(MailState.pending.sql) AND attempts = 0))
            """
        return try connection.query(
            """
            SELECT id, created_at FROM mail AS m WHERE tenant_id = $1 AND next_attempt_at IS NOT NULL AND \(isUntold)
                AND NOT EXISTS (
                    SELECT 1 FROM mail_notice mine JOIN mail_notice theirs ON theirs.notice_id = mine.notice_id
                    JOIN mail ON mail.id = theirs.mail_id
                    WHERE mine.mail_id = m.id AND mail.state <> \(MailState.suppressed.sql) AND NOT (\(isUntold)))
            ORDER BY created_at, id
            """, [.text(tenantID)]
        ) { ($0.text(0), $0.time(1) ?? .distantPast) }
    }

    /// Ends the sending of a mail and sets its notices back to waiting.
    fileprivate static func withdraw(mailID: String, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "UPDATE mail SET state = $1, next_attempt_at = NULL WHERE id = $2",
            [.text(MailState.suppressed.rawValue), .id(mailID)])
        try transaction.execute(
            """
            UPDATE notice SET state = \(NoticeState.waiting.sql)
            WHERE state = \(NoticeState.mailed.sql) AND id IN (SELECT notice_id FROM mail_notice WHERE mail_id = $1)
            """, [.id(mailID)])
    }
}
