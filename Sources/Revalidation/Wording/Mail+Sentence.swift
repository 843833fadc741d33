internal import Database

extension MailComposed {
    var words: String {
        guard !conditions.isEmpty else { return "mail \(mail): \(Wording.list(notices.map(\.rawValue)))" }
        return
            "mail \(mail): to operators, \(Wording.list(conditions.map { "\($0.kind.rawValue) \($0.stage.rawValue)" }))"
    }
}

extension NoticeDropped {
    var words: String { "\(kind.rawValue) is no longer so" }
}

extension MailWithdrawn {
    var words: String { "mail \(mail): to be told anew" }
}

extension MailSent {
    var words: String { "mail \(mail): accepted by the mail server" }
}

extension MailDeferred {
    var words: String {
        switch reason {
        case .answered: "mail \(mail): put off by the mail server"
        case .relayUnavailable: "mail \(mail): relay unavailable"
        case .senderStopped: "mail \(mail): to be handed over again"
        }
    }
}

extension MailInDoubt {
    var words: String { "mail \(mail): handed over, final answer lost" }
}

extension MailFailed {
    var words: String {
        switch reason {
        case .refused: "mail \(mail): refused by the mail server"
        case .deferredTooLong: "mail \(mail): put off for 5 days"
        case .inDoubtTwice: "mail \(mail): final answer lost twice"
        }
    }
}

extension MailState {
    fileprivate var words: String {
        switch self {
        case .pending: "mail not sent yet"
        case .sending: "mail being sent"
        case .sent: "mail sent"
        case .deferred: "mail deferred"
        case .inDoubt: "mail in doubt"
        case .failed: "mail failed"
        case .suppressed: "mail withdrawn"
        }
    }
}

extension ToldMail {
    /// The mail's state, for the timeline.
    package var what: Sentence { Sentence(state?.words ?? "mail in an unknown state") }

    /// What the mail tells to whom, its attempts and the relay's reply.
    package var because: Sentence {
        let tries = attempts > 1 ? "\(attempts) attempts" : nil
        let next = nextAttemptAt.map { "next attempt \(UTCText.minute($0))" }
        return Sentence(Wording.list(["\(kinds) to \(address)", tries, next, reply], by: "; "))
    }
}
