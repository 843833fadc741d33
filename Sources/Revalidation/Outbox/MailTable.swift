internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Mail

/// The table `mail`: composed mails and the state of their delivery.
enum MailTable {
    private static let mailColumns = "id, tenant_id, address, in_doubt_count, first_answer_at"

    private static func mails(where condition: String, values: [SQLValue], in connection: Connection) throws
        -> [OutgoingMail]
    {
        try connection.query("SELECT \(Self.mailColumns), sender, sending_until FROM mail WHERE \(condition)", values) {
            row in
            OutgoingMail(
                id: row.text(0), tenantID: row.text(1), address: row.text(2), inDoubtCount: row.integer(3),
                firstAnswerAt: row.time(4), sender: row.optionalText(5))
        }
    }

    /// Whether a notice waits to be mailed, a mail is due, or a mail is being sent, perhaps by a process that has
    /// ended.
    static func hasWork(now: Date, in connection: Connection) throws -> Bool {
        try connection.first(
            """
            SELECT EXISTS (SELECT 1 FROM mail WHERE next_attempt_at <= $1)
                OR EXISTS (SELECT 1 FROM mail WHERE state = \(MailState.sending.sql))
                OR EXISTS (SELECT 1 FROM notice WHERE state = \(NoticeState.waiting.sql))
            """, [.time(now)]
        ) { $0.flag(0) } ?? false
    }

    /// The mails that are due, at most 10,000: those with the fewest attempts first, then the oldest.
    static func due(now: Date, in connection: Connection) throws -> [OutgoingMail] {
        try mails(
            where: """
                next_attempt_at <= $1 AND state <> \(MailState.sending.sql)
                ORDER BY attempts, created_at, id LIMIT 10000
                """, values: [.time(now)], in: connection)
    }

    /// Mails in the state `sending` whose lease has expired or whose sender's process on this machine has ended.
    static func stopped(now: Date, in connection: Connection) throws -> [OutgoingMail] {
        let isSending = "state = \(MailState.sending.sql)"
        let senders = try connection.query("SELECT DISTINCT sender FROM mail WHERE \(isSending)") { $0.text(0) }
        let expired = try mails(
            where: "\(isSending) AND sending_until <= $1", values: [.time(now)], in: connection)
        let gone = try senders.filter(RunnerIdentity.isGone).flatMap {
            try mails(
                where: "\(isSending) AND sending_until > $1 AND sender = $2", values: [.time(now), .text($0)],
                in: connection)
        }
        return expired + gone
    }

    /// Claims a mail for this sender and returns its present state and message. Nil where another sender has claimed
    /// it since it was found due.
    static func claim(
        _ mail: OutgoingMail, sender: String, in transaction: StoreTransaction
    ) throws -> (OutgoingMail, message: [UInt8])? {
        let now = transaction.now
        let claimed = try transaction.execute(
            """
            UPDATE mail SET state = \(MailState.sending.sql), sender = $1, sending_until = $2, attempts = attempts + 1
            WHERE id = $3 AND state IN (\(MailState.claimable.sql)) AND next_attempt_at <= $4
            """, [.text(sender), .time(now + OutgoingMail.lease), .id(mail.id), .time(now)])
        guard claimed == 1 else { return nil }
        guard let present = try mails(where: "id = $1", values: [.id(mail.id)], in: transaction.connection).first
        else { return nil }
        return try transaction.connection.first("SELECT message FROM mail WHERE id = $1", [.id(mail.id)]) {
            (present, $0.blob(0))
        }
    }

    /// Stores the result of an attempt, with an audit row. Writes nothing where the sender has lost its claim
    /// meanwhile.
    static func settle(
        _ mail: OutgoingMail, as settlement: OutgoingMail.Settlement, in transaction: AuditedTransaction
    ) throws {
        let now = transaction.now
        let columns = settlement.columns
        let state = columns.state
        let isDoubt = state == .inDoubt || (state == .failed && mail.inDoubtCount > 0)
        var isAnswer = false
        if case .deferred(_, true) = settlement { isAnswer = true }
        let written = try transaction.execute(
            """
            UPDATE mail SET state = $1, reply = $2, next_attempt_at = $3, sent_at = $4,
                in_doubt_count = in_doubt_count + $5, first_answer_at = coalesce(first_answer_at, $6),
                failed_at = $7, sender = NULL, sending_until = NULL
            WHERE id = $8 AND state = \(MailState.sending.sql) AND sender = $9
            """,
            [
                .text(state.rawValue), .text(columns.reply), .time(columns.next.map { now + $0 }),
                .time(state == .sent ? now : nil),
                .integer(isDoubt ? 1 : 0), .time(isAnswer ? now : nil),
                .time(state == .failed ? now : nil), .id(mail.id),
                .text(mail.sender),
            ])
        guard written == 1 else { return }
        try transaction.append(mail.audit(settlement, at: now))
    }

    /// The number of mails that failed after `date`, whenever they were composed.
    static func failedCount(since date: Date, in connection: Connection) throws -> Int {
        try connection.first("SELECT count(*) FROM mail WHERE failed_at > $1", [.time(date)]) { $0.integer(0) } ?? 0
    }

    /// Whether a mail composed at or before `date` still waits without any answer about its recipient. That is the
    /// relay's fault, and nothing is disabled meanwhile (ruling 19).
    static func hasMailsHeldUp(since date: Date, in connection: Connection) throws -> Bool {
        try connection.first(
            """
            SELECT 1 FROM mail WHERE next_attempt_at IS NOT NULL AND state IN (\([MailState.pending, .deferred].sql))
                AND first_answer_at IS NULL AND created_at <= $1 LIMIT 1
            """, [.time(date)]
        ) { _ in true } ?? false
    }

    /// - Parameters:
    ///   - tenantID: empty for a mail to operators.
    ///   - since: stored as the time at which the mail was composed.
    static func insert(
        _ message: MailMessage, id: String, tenantID: String, since: Date, now: Date, in transaction: StoreTransaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO mail (id, tenant_id, address, message_id, subject, message, created_at, next_attempt_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .id(id), .text(tenantID), .text(message.to.address.text), .text(message.messageID.description),
                .text(message.subject.text), .blob(message.bytes), .time(since),
                .time(now),
            ])
    }

    /// Records that a mail tells a notice.
    static func link(mailID: String, noticeID: String, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "INSERT INTO mail_notice (mail_id, notice_id) VALUES ($1, $2)", [.id(mailID), .id(noticeID)])
    }
}
