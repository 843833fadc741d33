internal import Database
internal import Foundation
internal import KeyVigil

/// One probe's result with the ruling on it, waiting to be written.
final class Judged: Sendable {
    let due: DueKey
    let observation: Observation
    let ruling: Ruling
    let details: String?

    var key: StoredKey { due.key }

    init(due: DueKey, observation: Observation, ruling: Ruling, details: String? = nil) {
        self.due = due
        self.observation = observation
        self.ruling = ruling
        self.details = details
    }
}

/// Results that are written together: health, audit rows and notices of each key, all or nothing.
struct Batch: Sendable {
    var results: [Judged] = []

    /// What became of a batch.
    struct Outcome: Sendable {
        var chain: AuditChain
        /// Keys that were replaced, disabled or deleted while the probe was on its way; nothing was applied to them.
        var discarded: Set<String> = []
        var noticesQueued = 0
    }

    /// Writes every result inside the caller's transaction, in order of slice and id.
    func write(to connection: Connection, _ chain: AuditChain) throws -> Outcome {
        var outcome = Outcome(chain: chain)
        for result in results.sorted(by: { $0.due.precedes($1.due) }) {
            try write(result, to: connection, &outcome)
        }
        return outcome
    }

    private func write(_ result: Judged, to connection: Connection, _ outcome: inout Outcome) throws {
        let (key, observation, at) = (result.key, result.observation, result.observation.at)
        guard try connection.writeHealth(result.ruling.health, keyID: key.id, ifStill: key.health) else {
            outcome.discarded.insert(key.id)
            let details = "version \(key.health.version) was replaced or changed while it was probed"
            return try outcome.chain.append(
                key.audit(.probeDiscarded, observation, at: at, details: details), to: connection)
        }
        try outcome.chain.append(key.audit(.keyProbed, observation, at: at, details: result.details), to: connection)
        for event in result.ruling.events {
            if let row = event.auditEvent {
                let details = event.details(result.ruling.health)
                try outcome.chain.append(key.audit(row, observation, at: at, details: details), to: connection)
            }
            if let notice = OwedNotice(event, result), try connection.queue(notice) { outcome.noticesQueued += 1 }
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
        case .confirmed: nil
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
