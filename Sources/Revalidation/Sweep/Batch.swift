internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// Results that are written together: health, audit rows and notices of each key, all or nothing.
struct Batch: Sendable {
    var results: [ProbeResult] = []
    /// Results of controls that were asked meanwhile.
    var controls: [ControlResult] = []

    var isEmpty: Bool { results.isEmpty && controls.isEmpty }

    /// What writing a batch did.
    struct WriteSummary: Sendable {
        /// Keys that were replaced, disabled or deleted during their probe; their results were not applied.
        var discarded: Set<String> = []
        var noticesQueued = 0
    }

    /// What its answers add to the guard's sums, by scope and hour.
    func counts(without discarded: Set<String>) -> [GuardScope: [Int: HourCount]] {
        var counts: [GuardScope: [Int: HourCount]] = [:]
        func add(_ count: HourCount, to scope: GuardScope) {
            for scope in scope.all {
                let sum = counts[scope]?[count.hour] ?? HourCount(hour: count.hour)
                counts[scope, default: [:]][count.hour] = sum + count
            }
        }
        // Consecutive results mostly have the same scope and hour: they are summed before the dictionary is searched.
        var place: (scope: GuardScope, count: HourCount)?
        for result in results where discarded.isEmpty || !discarded.contains(result.key.id) {
            guard let kind = result.transition.count else { continue }
            let scope = result.scope
            let hour = HourCount.hour(of: result.observation.at)
            if let full = place, full.scope != scope || full.count.hour != hour {
                add(full.count, to: full.scope)
                place = nil
            }
            if place == nil { place = (scope, HourCount(hour: hour)) }
            place?.count.add(kind)
        }
        if let place { add(place.count, to: place.scope) }
        return counts
    }

    /// Writes controls, then every result in order of slice and id, then what they add to the guard's sums.
    func write(updating breaker: Breaker.Settings, in transaction: AuditedTransaction) throws -> WriteSummary {
        var outcome = WriteSummary()
        for control in controls { try ControlTable.record(control, in: transaction) }
        try writeResults(noting: &outcome, in: transaction)
        // All runners write scopes in the same order, or two of them could wait for each other's rows.
        for (scope, hours) in counts(without: outcome.discarded).sorted(by: { $0.key < $1.key }) {
            try add(hours.values, to: scope, updating: breaker, in: transaction)
        }
        return outcome
    }

    /// Adds hours to a scope's sums, and updates its breaker where keys died or the breaker is open.
    private func add(
        _ hours: some Collection<HourCount>, to scope: GuardScope, updating breaker: Breaker.Settings,
        in transaction: AuditedTransaction
    ) throws {
        for count in hours.sorted(by: { $0.hour < $1.hour }) {
            try HourTable.add(count, to: scope, in: transaction)
        }
        let hasDead = hours.contains { $0.firstDead + $0.neverAlive > 0 }
        guard try hasDead || !BreakerTable.open(of: scope, in: transaction.connection).isEmpty else { return }
        try BreakerTable.update(of: scope, breaker, now: transaction.now, in: transaction)
    }

    private func writeResults(noting outcome: inout WriteSummary, in transaction: AuditedTransaction) throws {
        let results = results.sorted { $0.due.precedes($1.due) }
        let written = try HealthTable.write(
            results.map { HealthChange($0.transition.health, keyID: $0.key.id, ifStill: $0.key.health) },
            in: transaction)
        for (result, isWritten) in zip(results, written) {
            if isWritten {
                try writeRows(of: result, noting: &outcome, in: transaction)
            } else {
                outcome.discarded.insert(result.key.id)
                try transaction.append(result.discarded)
            }
        }
    }

    /// Writes the audit rows and notices of one result.
    private func writeRows(
        of result: ProbeResult, noting outcome: inout WriteSummary, in transaction: AuditedTransaction
    ) throws {
        let key = result.key
        let observation = result.observation
        if let expiry = result.toldExpiry { try KeyTable.setExpiry(expiry, of: key.id, in: transaction) }
        try transaction.append(key.audit(result.facts, observation, at: observation.at))
        for event in result.transition.events {
            if let row = result.audit(event) { try transaction.append(row) }
            let notice = OwedNotice(
                event: event, of: key, health: result.transition.health, observation: observation,
                isOnTenantsHost: result.isOnTenantsHost)
            if let notice, try NoticeTable.queue(notice, in: transaction) { outcome.noticesQueued += 1 }
        }
    }
}

extension ProbeResult {
    /// The audit row which says that the result was not applied to the key.
    fileprivate var discarded: AuditEntry {
        key.audit(ProbeDiscarded(version: key.health.version), observation, at: observation.at)
    }

    /// What the row of the check says beyond the answer; nil for a routine check.
    fileprivate var facts: KeyProbed? {
        KeyProbed(note: observation.note, cause: cause, expiresAt: toldExpiry)
    }

    /// The audit row of a change that the answer caused; nil where it has none, or a later step decides.
    fileprivate func audit(_ event: HealthTransition.Event) -> AuditEntry? {
        guard event != .suspected else {
            let facts = KeySuspected(nextProbeAt: transition.health.nextProbeAt)
            return key.audit(facts, observation, at: observation.at)
        }
        return event.auditEvent.map { key.audit($0, observation, at: observation.at) }
    }
}

extension DueKey {
    fileprivate func precedes(_ other: DueKey) -> Bool {
        (key.health.slice, key.id) < (other.key.health.slice, other.key.id)
    }
}

extension HealthTransition.Event {
    /// The event of a row without facts; nil where there is none.
    fileprivate var auditEvent: AuditEvent? {
        switch self {
        case .cleared: .keyCleared
        case .recovered: .keyRecovered
        case .recoveryEnded: .recoveryEnded
        case .exhausted: .keyExhausted
        case .creditRestored: .creditRestored
        case .suspected, .confirmed, .refusedThrice, .keyTypeRetired, .uncheckableForAWeek: nil
        }
    }
}
