internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Mail

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
    static let lease: TimeInterval = 900
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

    var columns: (state: String, reply: String?, next: TimeInterval?) {
        switch self {
        case .sent(let reply): ("sent", reply, nil)
        case .deferred(let reply, _): ("deferred", reply, 0)
        case .inDoubt(let reason): ("inDoubt", reason, OutgoingMail.repeatAfter)
        case .failed(let reply): ("failed", reply, nil)
        case .again: ("pending", nil, 0)
        }
    }
}
