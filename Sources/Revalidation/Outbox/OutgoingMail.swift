internal import Curl
internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// A composed mail on its way; its text is fixed.
struct OutgoingMail: Sendable {
    let id: String
    /// Empty for the operators' own mails.
    let tenantID: String
    let address: String
    let inDoubtCount: Int
    let firstAnswerAt: Date?
    /// Who has claimed it; nobody else may say what became of it.
    var sender: String?

    /// What an attempt made of it.
    enum Settlement: Sendable {
        case sent(reply: String)
        /// The recipient's server asked to wait, or the relay is away.
        case deferred(reply: String, isAnswer: Bool)
        case inDoubt(reason: String)
        case failed(reply: String)
        /// As if it had not been tried: handing it over twice does no harm.
        case again
    }

    /// A recipient that has put us off for this long has failed.
    static let giveUp = 5 * Timing.day
    /// Before a mail in doubt is repeated.
    static let repeatAfter: TimeInterval = 1800

    /// How long, in seconds, a mail is its sender's alone.
    fileprivate static let lease: TimeInterval = 900
    /// From the claim, by this machine's own clock: what is left of the lease then is the longest wait for the server's
    /// final answer, so that a sender that was paused never sends what another has taken over.
    static let longestBeforeMessage = Duration.seconds(270)

    func audit(_ event: AuditEvent, at date: Date, details: String) -> AuditEntry {
        AuditEntry(event, at: date, tenantID: tenantID.isEmpty ? nil : tenantID, details: "mail \(id): \(details)")
    }

    func settlement(of delivery: Delivery, now: Date) -> Settlement {
        switch delivery {
        case .accepted(let reply): .sent(reply: reply)
        case .refused(let code, let reply): .failed(reply: "\(code) \(reply)")
        case .relayUnavailable(let reason): .deferred(reply: reason, isAnswer: false)
        case .deferred(let code, let reply):
            now.timeIntervalSince(firstAnswerAt ?? now) < Self.giveUp
                ? .deferred(reply: "\(code) \(reply)", isAnswer: true)
                : .failed(reply: "put off for 5 days, last with \(code) \(reply)")
        case .inDoubt(let reason):
            inDoubtCount == 0 ? .inDoubt(reason: reason) : .failed(reply: "in doubt twice: \(reason)")
        }
    }
}

extension OutgoingMail.Settlement {
    var event: AuditEvent {
        switch self {
        case .sent: .mailSent
        case .deferred, .again: .mailDeferred
        case .inDoubt: .mailInDoubt
        case .failed: .mailFailed
        }
    }

    /// Our own words; the server's reply stands in the mail's row (ruling 29).
    var details: String {
        switch self {
        case .sent: "accepted by the mail server"
        case .deferred(_, let isAnswer): isAnswer ? "put off by the mail server" : "relay unavailable"
        case .again: "to be handed over again"
        case .inDoubt: "handed over, final answer lost"
        case .failed: "not delivered"
        }
    }

    fileprivate var columns: (state: String, reply: String?, next: TimeInterval?) {
        switch self {
        case .sent(let reply): ("sent", reply, nil)
        case .deferred(let reply, _): ("deferred", reply, 0)
        case .inDoubt(let reason): ("inDoubt", reason, OutgoingMail.repeatAfter)
        case .failed(let reply): ("failed", reply, nil)
        case .again: ("pending", nil, 0)
        }
    }
}

extension Connection {
    private static let mailColumns = "id, tenant_id, address, in_doubt_count, first_answer_at"

    private func mails(_ condition: String, _ values: [SQLValue]) throws -> [OutgoingMail] {
        try query("SELECT \(Self.mailColumns), sender, sending_until FROM mail WHERE \(condition)", values) { row in
            OutgoingMail(
                id: row.text(0), tenantID: row.text(1), address: row.text(2), inDoubtCount: row.integer(3),
                firstAnswerAt: row.time(4), sender: row.optionalText(5))
        }
    }

    /// Whether a notice waits for its mail, a mail for its turn, or one is being sent, perhaps by a sender that is gone.
    func hasMailWork(now: Date) throws -> Bool {
        try first(
            """
            SELECT EXISTS (SELECT 1 FROM mail WHERE next_attempt_at <= $1)
                OR EXISTS (SELECT 1 FROM mail WHERE state = 'sending')
                OR EXISTS (SELECT 1 FROM notice WHERE state = 'waiting')
            """, [.time(now)]
        ) { $0.flag(0) } ?? false
    }

    func dueMails(now: Date) throws -> [OutgoingMail] {
        try mails(
            "next_attempt_at <= $1 AND state <> 'sending' ORDER BY attempts, created_at, id LIMIT 10000", [.time(now)])
    }

    /// Mails whose sender's time is over or whose process is gone.
    func stoppedMails(now: Date) throws -> [OutgoingMail] {
        let senders = try query("SELECT DISTINCT sender FROM mail WHERE state = 'sending'") { $0.text(0) }
        let expired = try mails("state = 'sending' AND sending_until <= $1", [.time(now)])
        let gone = try senders.filter(RunnerIdentity.isGone).flatMap {
            try mails("state = 'sending' AND sending_until > $1 AND sender = $2", [.time(now), .text($0)])
        }
        return expired + gone
    }

    /// The mail as it is now and its message, if this sender is the one that gets to send it: another may have tried since
    /// it was found due.
    func claim(_ mail: OutgoingMail, sender: String, now: Date) throws -> (OutgoingMail, message: [UInt8])? {
        let claimed = try execute(
            """
            UPDATE mail SET state = 'sending', sender = $1, sending_until = $2, attempts = attempts + 1
            WHERE id = $3 AND state IN ('pending', 'deferred', 'inDoubt') AND next_attempt_at <= $4
            """, [.text(sender), .time(now + OutgoingMail.lease), .text(mail.id), .time(now)])
        guard claimed == 1 else { return nil }
        guard let present = try mails("id = $1", [.text(mail.id)]).first else { return nil }
        return try first("SELECT message FROM mail WHERE id = $1", [.text(mail.id)]) { (present, $0.blob(0)) }
    }

    /// Writes what became of a mail; false where its claim is not its sender's any more, and then nothing was written.
    func settle(_ mail: OutgoingMail, _ settlement: OutgoingMail.Settlement, now: Date) throws -> Bool {
        let (state, reply, next) = settlement.columns
        let isDoubt = state == "inDoubt" || (state == "failed" && mail.inDoubtCount > 0)
        var isAnswer = false
        if case .deferred(_, true) = settlement { isAnswer = true }
        return try execute(
            """
            UPDATE mail SET state = $1, reply = $2, next_attempt_at = $3, sent_at = $4,
                in_doubt_count = in_doubt_count + $5, first_answer_at = coalesce(first_answer_at, $6),
                failed_at = $7, sender = NULL, sending_until = NULL
            WHERE id = $8 AND state = 'sending' AND sender = $9
            """,
            [
                .text(state), .text(reply), .time(next.map { now + $0 }), .time(state == "sent" ? now : nil),
                .integer(isDoubt ? 1 : 0), .time(isAnswer ? now : nil),
                .time(state == "failed" ? now : nil), .text(mail.id),
                .text(mail.sender),
            ]) == 1
    }

    /// Mails that failed since then, whenever they were made.
    func failedMails(since date: Date) throws -> Int {
        try first("SELECT count(*) FROM mail WHERE failed_at > $1", [.time(date)]) { $0.integer(0) } ?? 0
    }
}
