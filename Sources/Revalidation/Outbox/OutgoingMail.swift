internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Mail

/// A composed mail that is not delivered yet. Its text does not change any more.
struct OutgoingMail: Sendable {
    let id: String
    /// Empty for mails to operators.
    let tenantID: String
    let address: String
    let inDoubtCount: Int
    /// The time of the relay's first answer about the recipient.
    let firstAnswerAt: Date?
    /// The runner that has claimed the mail; only it may store the result of the attempt.
    var sender: String?

    /// The result of an attempt, as it is stored.
    enum Settlement: Sendable {
        case sent(reply: String)
        /// A temporary refusal (`isAnswer`: the relay answered about the recipient), or the relay is unavailable.
        case deferred(reply: String, isAnswer: Bool)
        case inDoubt(reason: String)
        case failed(reply: String, reason: MailFailed.Reason)
        /// The mail is pending as if it had not been tried: with an idempotent transport a second delivery does no
        /// harm.
        case again
    }

    /// In seconds. A mail fails when it is still deferred this long after the relay's first answer (ruling 19).
    static let deferralLimit = 5 * Timing.day
    /// In seconds. A mail in doubt is repeated after this time.
    static let repeatAfter: TimeInterval = 1800

    /// In seconds. No other sender can claim a mail for this long after a claim (ruling 16).
    static let lease: TimeInterval = 900
    /// A sender begins to send the message at most this long after its claim, by this machine's clock. The rest of
    /// the lease covers the longest wait for the server's final answer, so that a sender that was paused never sends
    /// a mail that another has claimed.
    static let sendWithin = Duration.seconds(270)

    /// The audit row of an attempt. The server's reply, which may name an address, stands in the mail's row only
    /// (ruling 29).
    func audit(_ settlement: Settlement, at date: Date) -> AuditEntry {
        let tenantID = tenantID.isEmpty ? nil : tenantID
        switch settlement {
        case .sent: return AuditEntry(MailSent(mail: id), at: date, tenantID: tenantID)
        case .deferred(_, let isAnswer):
            let reason = isAnswer ? MailDeferred.Reason.answered : .relayUnavailable
            return AuditEntry(MailDeferred(mail: id, reason: reason), at: date, tenantID: tenantID)
        case .again: return AuditEntry(MailDeferred(mail: id, reason: .senderStopped), at: date, tenantID: tenantID)
        case .inDoubt: return AuditEntry(MailInDoubt(mail: id), at: date, tenantID: tenantID)
        case .failed(_, let reason):
            return AuditEntry(MailFailed(mail: id, reason: reason), at: date, tenantID: tenantID)
        }
    }

    func settlement(of delivery: Delivery, now: Date) -> Settlement {
        switch delivery {
        case .accepted(let reply): .sent(reply: reply)
        case .refused(let code, let reply): .failed(reply: "\(code) \(reply)", reason: .refused)
        case .relayUnavailable(let reason): .deferred(reply: reason, isAnswer: false)
        case .deferred(let code, let reply):
            now.timeIntervalSince(firstAnswerAt ?? now) < Self.deferralLimit
                ? .deferred(reply: "\(code) \(reply)", isAnswer: true)
                : .failed(reply: "\(code) \(reply)", reason: .deferredTooLong)
        case .inDoubt(let reason):
            inDoubtCount == 0 ? .inDoubt(reason: reason) : .failed(reply: reason, reason: .inDoubtTwice)
        }
    }
}

extension OutgoingMail.Settlement {
    /// The values to store: state, reply, and the seconds until the next attempt; nil: no further attempt.
    var columns: (state: MailState, reply: String?, next: TimeInterval?) {
        switch self {
        case .sent(let reply): (.sent, reply, nil)
        case .deferred(let reply, _): (.deferred, reply, 0)
        case .inDoubt(let reason): (.inDoubt, reason, OutgoingMail.repeatAfter)
        case .failed(let reply, _): (.failed, reply, nil)
        case .again: (.pending, nil, 0)
        }
    }
}
