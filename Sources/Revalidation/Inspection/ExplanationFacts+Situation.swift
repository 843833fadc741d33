internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension Explanation.Facts {
    /// The key's state and its reason.
    var situation: KeySituation {
        guard let key else { return gone }
        switch key.health.state {
        case .active(let suspicion): return active(key, suspected: suspicion)
        case .disabled(let disabling): return disabled(disabling)
        case .revoked: return .revoked(at: last(.keyRevoked)?.at)
        }
    }

    private var gone: KeySituation {
        .gone(
            deletedAt: last(.keyDeleted)?.at,
            lastChange: last(.keyDisabled, .keyEnabled, .keyRecovered, .keyReplaced, .keyRevoked, .keySuspected))
    }

    private func disabled(_ disabling: Disabling) -> KeySituation {
        switch disabling.cause {
        case .operator: return .disabledByOperator(at: disabling.at)
        case .job(let finding):
            let grounds = last(.keyDisabled)?.facts(KeyDisabled.self)?.grounds
            return .disabledByJob(at: disabling.at, finding: finding, grounds: grounds)
        }
    }

    private func active(_ key: StoredKey, suspected suspicion: Suspicion?) -> KeySituation {
        if let reason = reasonNotProbed(key) { return .notProbed(reason) }
        if let suspicion { return suspected(suspicion) }
        if let finding = key.health.lastFinding, finding.isUnchangedByChecks { return uncheckable(key, as: finding) }
        if isOverdue(key) {
            return .overdue(
                days: Int(timing.period / Timing.day), since: key.health.lastConclusiveAt,
                finding: recentUnknown(key.health))
        }
        return byLastAnswer(key.health)
    }

    /// Why no run probes the key; nil where runs do.
    func reasonNotProbed(_ key: StoredKey) -> NotProbed? {
        if !isBYOKOn { return .byokOff }
        if provider == nil { return isProviderOn ? .unknownProvider(key.provider) : .planned(provider: key.provider) }
        if !isProviderOn { return .providerOff(key.provider) }
        return isUnpaid ? .unpaid : nil
    }

    private func suspected(_ suspicion: Suspicion) -> KeySituation {
        let latest = last(.keyHeld, .keySuspected, .keyCleared)
        let held = latest.flatMap { row in
            row.isAny(of: .keyHeld) ? hold(in: row) : nil
        }
        return .suspected(
            since: suspicion.since, finding: suspicion.finding, isHeldByBreaker: isKeptByBreaker, held: held)
    }

    private func hold(in row: AuditLine) -> KeySituation.Held {
        let hasBreakerClosed = guardState?.closedAt.map { $0 > row.at } ?? false
        return KeySituation.Held(
            at: row.at, facts: row.facts(KeyHeld.self),
            isPredictionValid: guardState?.breaker == nil && !hasBreakerClosed && release == nil)
    }

    private func uncheckable(_ key: StoredKey, as finding: Finding) -> KeySituation {
        let checks = rows.filter { $0.isAny(of: .keyProbed) }
        let latest = checks.last { $0.finding == finding.rawValue }
        return .uncheckable(
            KeySituation.Uncheckable(
                finding: finding, since: key.health.uncheckableSince ?? beginning(of: finding, in: checks),
                isTenants: provider?.isHostFixed == false, httpStatus: latest?.httpStatus))
    }

    /// When the first of the last checks came that all have this finding; nil where no row tells.
    private func beginning(of finding: Finding, in checks: [AuditLine]) -> Date? {
        checks.reversed().prefix { $0.finding == finding.rawValue }.last?.at
    }

    private func isOverdue(_ key: StoredKey) -> Bool {
        now.timeIntervalSince(key.health.lastConclusiveAt ?? key.createdAt) > timing.period
    }

    /// The finding of a check within the promised period that told nothing; nil where there was no such check.
    private func recentUnknown(_ health: KeyHealth) -> Finding? {
        guard let finding = health.lastFinding, finding.verdict == .unknown, let date = health.lastCheckedAt else {
            return nil
        }
        return now.timeIntervalSince(date) > timing.period ? nil : finding
    }

    private func byLastAnswer(_ health: KeyHealth) -> KeySituation {
        guard let finding = health.lastFinding, let date = health.lastCheckedAt else { return .unchecked }
        switch finding.verdict {
        case .dead:
            if let enabled = last(.keyEnabled), enabled.at >= date {
                return .enabledSinceRefusal(enabledAt: enabled.at, refusedAt: date, finding: finding)
            }
            return .refusedWithoutEffect(at: date, finding: finding)
        case .alive, .unknown:
            if let since = health.exhaustedSince { return .withoutCredit(since: since) }
            return finding.verdict == .alive
                ? .accepted(at: date, isRestricted: finding == .restricted)
                : .unknown(finding: finding, lastConclusiveAt: health.lastConclusiveAt)
        }
    }
}

extension Finding {
    /// Whether no further check says anything of the key until somebody acts.
    fileprivate var isUnchangedByChecks: Bool {
        switch self {
        case .undecryptable, .unsupported, .endpointChanged, .egressBlocked, .keyTypeRetired: true
        default: false
        }
    }
}
