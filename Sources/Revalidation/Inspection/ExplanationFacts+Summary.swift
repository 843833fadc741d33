internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension Explanation.Facts {
    /// The state and its reason, in a few sentences that an operator understands without the manual.
    var summary: [String] {
        guard let key else { return gone }
        switch key.health.status {
        case .revoked: return revoked
        case .disabled: return key.health.disabling?.by == .job ? disabledByJob(key) : disabledByOperator(key)
        case .active: return active(key)
        }
    }

    private var gone: [String] {
        let end = last(.keyDeleted).map { "It was deleted on \(UTCText.minute($0.at))." } ?? "It is not in the store."
        let before = last(.keyDisabled, .keyEnabled, .keyRecovered, .keyReplaced, .keyRevoked, .keySuspected)
        return [end] + (before.map { ["The last that changed it was \($0.event) on \(UTCText.minute($0.at))."] } ?? [])
    }

    private var revoked: [String] {
        let when = last(.keyRevoked).map { " on \(UTCText.minute($0.at))" } ?? ""
        return ["Revoked by an operator\(when), which is for good: it is neither used nor asked about any more."]
    }

    private func disabledByOperator(_ key: StoredKey) -> [String] {
        let when = key.health.disabling.map { " on \(UTCText.minute($0.at))" } ?? ""
        return ["Disabled by an operator\(when); the job leaves it alone until `keyvigil keys enable`."]
    }

    private func disabledByJob(_ key: StoredKey) -> [String] {
        guard let disabling = key.health.disabling else { return [] }
        let reason = (disabling.finding ?? .invalid).sentence(provider: providerName)
        let grounds = last(.keyDisabled)?.details.map { "The grounds: \($0)." }
        return ["Disabled by the job on \(UTCText.minute(disabling.at)).", reason, grounds].compactMap(\.self)
    }

    private func active(_ key: StoredKey) -> [String] {
        if let reason = reasonNotAsked(key) { return ["In use, but not checked: \(reason)."] }
        if let suspicion = key.health.suspicion { return suspected(suspicion) }
        if let finding = key.health.lastFinding, let work = work(on: finding) {
            let since = key.health.uncheckableSince ?? key.health.lastCheckedAt ?? now
            return ["In use, but no check says anything since \(UTCText.minute(since)): \(work)"]
        }
        if isOverdue(key) { return overdue(key) }
        return [healthy(key)]
    }

    /// Why no run probes the key; nil where runs do.
    func reasonNotAsked(_ key: StoredKey) -> String? {
        if !isBYOKOn { return "the tenant's own keys are switched off (`keyvigil tenants set --byok on`)" }
        if provider == nil, !isProviderOn { return "the provider \(key.provider) is planned and not live yet" }
        if provider == nil { return "this program does not know the provider \(key.provider); install a newer one" }
        if !isProviderOn { return "the settings switch \(providerName) off (providers.\(key.provider).enabled)" }
        return isUnpaid ? "a check at \(providerName) costs money, and the settings do not allow it (probe.paid)" : nil
    }

    private func suspected(_ suspicion: Suspicion) -> [String] {
        let held = last(.keyHeld, .keySuspected, .keyCleared).flatMap { $0.isAny(of: .keyHeld) ? $0 : nil }
        let reason = suspicion.finding.sentence(provider: providerName)
        let since = UTCText.minute(suspicion.since)
        guard let held, let words = held.details?.split(separator: ". ").first else {
            let breaker = "The breaker of its provider is open, so nothing is disabled until it closes."
            let sentences = ["Suspected since \(since), and in use until a further refusal confirms it.", reason]
            return sentences + (isKeptByBreaker ? [breaker] : [])
        }
        return ["Suspected since \(since), in use, and on \(UTCText.minute(held.at)) \(words).", reason]
    }

    private func isOverdue(_ key: StoredKey) -> Bool {
        now.timeIntervalSince(key.health.lastConclusiveAt ?? key.createdAt) > timing.period
    }

    private func overdue(_ key: StoredKey) -> [String] {
        let days = Int(timing.period / Timing.day)
        let last = key.health.lastConclusiveAt.map { "since \(UTCText.minute($0))" } ?? "since it was added"
        let why =
            key.health.lastFinding.map { $0.sentence(provider: providerName) }
            ?? "No run has asked: see `keyvigil status`, and whether the job is started."
        return ["Overdue: in use, and for more than \(days) days no check has said yes or no, \(last).", why]
    }

    private func healthy(_ key: StoredKey) -> String {
        guard let finding = key.health.lastFinding, let at = key.health.lastCheckedAt else {
            return "In use; it was not checked yet."
        }
        if let since = key.health.exhaustedSince {
            return "In use, but its account has no credit since \(UTCText.minute(since)); the tenant has to top it up."
        }
        guard finding.verdict == .unknown else {
            let limits = finding == .restricted ? ", with restricted permissions" : ""
            return "In use and fine: \(providerName) accepted it on \(UTCText.minute(at))\(limits)."
        }
        let before = key.health.lastConclusiveAt.map { " The last yes or no came on \(UTCText.minute($0))." } ?? ""
        return "In use; the last check told nothing. \(finding.sentence(provider: providerName))\(before)"
    }

    /// For a finding that no further check changes: what is wrong, and who can repair it. Nil for others.
    private func work(on finding: Finding) -> String? {
        let isTenants = provider?.isHostFixed == false
        switch finding {
        case .undecryptable:
            return "the stored ciphertext does not open. An operator puts the master key that it was sealed with back "
                + "into the ring, or the tenant gives the key again (`keyvigil keys replace`)."
        case .unsupported:
            return "no request can be made with its parameters. The tenant adds it again with the right ones."
        case .endpointChanged:
            return isTenants
                ? "the tenant's endpoint redirects elsewhere. The tenant checks it and adds the key again."
                : "\(providerName) redirects elsewhere. An operator corrects the catalogue or base_url."
        case .egressBlocked:
            return isTenants
                ? "the tenant's endpoint keeps this machine's address out. The tenant lets it in."
                : "\(providerName) blocks this machine's address or region. An operator sets another way out (probe.proxy)."
        case .keyTypeRetired:
            return "\(providerName) takes keys of this type no longer. The tenant makes a new one."
        default: return nil
        }
    }
}
