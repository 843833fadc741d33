internal import KeyVigil

extension AuditLine {
    /// What happened, in a word or two, where the entry of a timeline stands for `count` equal rows.
    package func what(count: Int) -> Sentence { Sentence(count > 1 ? "\(count) \(plural)" : singular) }

    /// The grounds: the provider's answer with its codes, or this program's reasons.
    package func because(isFolded: Bool) -> Sentence {
        let isAnswer = isAny(of: .keyAdded, .keyReplaced, .keyProbed, .probeDiscarded)
        guard isAnswer else { return Sentence(control ?? sentence?.text ?? "") }
        return Sentence(Wording.list([answer(isFolded: isFolded), isFolded ? nil : wordsOfKey ?? details], by: "; "))
    }

    private var singular: String {
        switch knownEvent {
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

    private var plural: String { isAny(of: .keyProbed) ? "checks: \(finding ?? "")" : "controls \(outcome)" }

    private func answer(isFolded: Bool) -> String {
        let request = isFolded ? nil : requestID.map { "request \($0)" }
        return Wording.list([httpStatus.map { "HTTP \($0)" }, providerCode.map { "code \($0)" }, request])
    }

    private var outcome: String { controlOutcome?.words ?? "asked" }

    /// Which key a control used and how it was answered; nil for other rows.
    private var control: String? {
        guard isAny(of: .controlNegative, .controlCanary) else { return nil }
        let key = isAny(of: .controlNegative) ? "made-up key" : "operator's canary"
        return "\(key): \(Wording.list([finding, answer(isFolded: false)]))"
    }
}
