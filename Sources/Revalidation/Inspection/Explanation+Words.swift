internal import Database
internal import KeyVigil

extension Explanation.Entry {
    /// What happened, in a word or two.
    package var what: String {
        switch content {
        case .audit(let line): count > 1 ? "\(count) \(line.plural)" : line.what
        case .mail(let mail): "mail \(mail.state)"
        }
    }

    /// The grounds: the provider's answer with its codes, this program's reasons, or the relay's reply.
    package var because: String {
        switch content {
        case .audit(let line): line.because(isFolded: count > 1)
        case .mail(let mail): mail.because
        }
    }
}

extension AuditLine {
    fileprivate var what: String {
        switch AuditEvent(stored: event) {
        case .keyAdded: "added"
        case .keyReplaced: "replaced"
        case .keyProbed: "checked: \(finding ?? "")"
        case .probeDiscarded: "check discarded"
        case .keySuspected: "suspected"
        case .keyCleared: "suspicion over"
        case .keyHeld: "held"
        case .keyDisabled: "disabled by \(actor)"
        case .keyRecovered: "works again: enabled"
        case .recoveryEnded: "given up"
        case .keyEnabled: "enabled by \(actor)"
        case .keyRevoked: "revoked"
        case .keyDeleted: "deleted"
        case .keyMadeDefault: "made the default"
        case .keyExhausted: "out of credit"
        case .creditRestored: "credit is back"
        case .controlNegative, .controlCanary: "control \(outcome)"
        case .breakerOpened: "breaker opened"
        case .breakerClosed: "breaker closed"
        case .breakerReleased: "breaker released"
        case .noticeDropped: "notice dropped"
        default: event
        }
    }

    fileprivate var plural: String {
        isAny(of: .keyProbed) ? "checks: \(finding ?? "")" : "controls \(outcome)"
    }

    fileprivate func because(isFolded: Bool) -> String {
        let isAnswer = isAny(of: .keyAdded, .keyReplaced, .keyProbed, .probeDiscarded)
        let words = isAnswer ? [answer(isFolded: isFolded), isFolded ? nil : details] : [control ?? details]
        return words.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private func answer(isFolded: Bool) -> String {
        let request = isFolded ? nil : requestID.map { "request \($0)" }
        return [httpStatus.map { "HTTP \($0)" }, providerCode.map { "code \($0)" }, request].compactMap(\.self)
            .joined(separator: ", ")
    }

    /// `passed`, `failed` or `unanswered`: the first word in the details of a control's row.
    private var outcome: String { String((details ?? "").prefix { $0.isLetter }) }

    /// Which key a control used and how it was answered; nil for other rows.
    private var control: String? {
        guard isAny(of: .controlNegative, .controlCanary) else { return nil }
        let key = isAny(of: .controlNegative) ? "made-up key" : "operator's canary"
        return "\(key): \([finding, answer(isFolded: false)].compactMap(\.self).joined(separator: ", "))"
    }
}

extension Explanation.ToldMail {
    fileprivate var because: String {
        let tries = attempts > 1 ? "\(attempts) attempts" : nil
        let next = nextAttemptAt.map { "next attempt \(UTCText.minute($0))" }
        return ["\(kinds) to \(address)", tries, next, reply].compactMap(\.self).joined(separator: "; ")
    }
}
