internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// Results that are written together: health, audit rows and notices of each key, all or nothing.
struct Batch: Sendable {
    var results: [Judged] = []
    /// Controls that were asked meanwhile.
    var controls: [ControlResult] = []

    var isEmpty: Bool { results.isEmpty && controls.isEmpty }

    /// What became of a batch.
    struct Outcome: Sendable {
        var chain: AuditChain
        /// Keys that were replaced, disabled or deleted while the probe was on its way; nothing was applied to them.
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
        // Neighbours mostly count in the same place: they are summed up before it is looked for.
        var place: (scope: GuardScope, count: HourCount)?
        for result in results where discarded.isEmpty || !discarded.contains(result.key.id) {
            guard let kind = result.ruling.count else { continue }
            let (scope, hour) = (result.scope, HourCount.hour(of: result.observation.at))
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

    /// Writes controls, then every result in order of slice and id, then what they add to the guard's sums, inside the
    /// caller's transaction.
    func write(to connection: Connection, _ chain: AuditChain, _ brake: Brake.Settings, now: Date) throws -> Outcome {
        var outcome = Outcome(chain: chain)
        for control in controls { try connection.record(control, &outcome.chain) }
        try writeResults(to: connection, &outcome)
        // In one order for all runners, or two would wait for each other's rows.
        for (scope, hours) in counts(without: outcome.discarded).sorted(by: { $0.key < $1.key }) {
            for count in hours.values.sorted(by: { $0.hour < $1.hour }) { try connection.add(count, to: scope) }
            let hasDead = hours.values.contains { $0.firstDead + $0.neverAlive > 0 }
            if try hasDead || !connection.standingBrakes(of: scope).isEmpty {
                try connection.updateBrake(of: scope, brake, &outcome.chain, now: now)
            }
        }
        return outcome
    }

    private func writeResults(to connection: Connection, _ outcome: inout Outcome) throws {
        let results = results.sorted { $0.due.precedes($1.due) }
        let written = try connection.writeHealth(
            results.map { HealthChange($0.ruling.health, keyID: $0.key.id, ifStill: $0.key.health) })
        for (result, isWritten) in zip(results, written) {
            try tell(of: result, isWritten: isWritten, to: connection, &outcome)
        }
    }

    /// Audit rows and notices of one result; where its key was changed meanwhile, that nothing was applied.
    private func tell(
        of result: Judged, isWritten: Bool, to connection: Connection, _ outcome: inout Outcome
    ) throws {
        let (key, observation, at) = (result.key, result.observation, result.observation.at)
        guard isWritten else {
            outcome.discarded.insert(key.id)
            let details = "version \(key.health.version) was replaced or changed while it was probed"
            return try outcome.chain.append(
                key.audit(.probeDiscarded, observation, at: at, details: details), to: connection)
        }
        if let expiry = result.toldExpiry { try connection.setExpiry(expiry, of: key.id) }
        let details = result.details ?? result.toldExpiry.map { "ends \(UTCText.minute($0)) by the provider's word" }
        try outcome.chain.append(key.audit(.keyProbed, observation, at: at, details: details), to: connection)
        for event in result.ruling.events {
            if let row = event.auditEvent {
                let details = event.details(result.ruling.health)
                try outcome.chain.append(key.audit(row, observation, at: at, details: details), to: connection)
            }
            let notice = OwedNotice(
                event: event, of: key, health: result.ruling.health, observation: observation,
                isOnTenantsHost: result.isOnTenantsHost)
            if let notice, try connection.queue(notice) { outcome.noticesQueued += 1 }
        }
    }
}

extension DueKey {
    fileprivate func precedes(_ other: DueKey) -> Bool {
        (key.health.slice, key.id) < (other.key.health.slice, other.key.id)
    }
}

extension Ruling.Event {
    fileprivate var auditEvent: AuditEvent? {
        switch self {
        case .suspected: .keySuspected
        case .cleared: .keyCleared
        case .recovered: .keyRecovered
        case .recoveryEnded: .recoveryEnded
        case .exhausted: .keyExhausted
        case .creditRestored: .creditRestored
        case .confirmed, .refusedThrice, .keyTypeRetired, .uncheckableForAWeek: nil
        }
    }

    fileprivate func details(_ health: KeyHealth) -> String? {
        switch self {
        case .suspected: health.nextProbeAt.map { "first refusal; asked again \(UTCText.minute($0))" }
        case .recoveryEnded: "disabled for 90 days; not asked any more"
        default: nil
        }
    }
}
