internal import Database
internal import Foundation
internal import KeyVigil

extension Sweep {
    /// Commits at 500 results or one second, whichever comes first (ruling 14), while requests go on.
    func commitIfDue() {
        guard !isCommitting else { return }
        let waited = lastCommit.duration(to: .now)
        let isDue = batch.results.count >= Self.batchSize || inFlight.isEmpty || stopped != nil || waited >= .seconds(1)
        if !batch.isEmpty, isDue {
            commit()
        } else if waited >= .seconds(SliceLease.length / 4) {
            commit()
        }
    }

    private func commit() {
        let batch = batch
        self.batch = Batch()
        lastCommit = .now
        guard !options.isDryRun else {
            tally.keepUnstored(batch)
            return settle(batch, as: Batch.WriteSummary())
        }
        isCommitting = true
        let breaker = options.breaker
        Task { [inbox, store = vault.store, lease, auditedRun] in
            do {
                let outcome = try await store.sharedTransaction(of: auditedRun) { transaction in
                    try SliceTable.fence(lease, now: transaction.now, in: transaction)
                    let outcome = try batch.write(updating: breaker, in: transaction)
                    Failpoint.batchWritten.hit()
                    return outcome
                }
                inbox.yield(.committed(batch, outcome))
            } catch {
                inbox.yield(.failed(error))
            }
        }
    }

    /// Counts the results that were stored, not those that were discarded.
    func settle(_ batch: Batch, as outcome: Batch.WriteSummary) {
        Failpoint.batchCommitted.hit()
        isCommitting = false
        // The transaction verified the lease, and renewed it where less was left.
        lease.heldUntil = max(lease.heldUntil, lastCommit + .seconds(SliceLease.renewedBelow))
        tally.discarded += outcome.discarded.count
        tally.noticesQueued += outcome.noticesQueued
        for result in batch.results {
            if !options.isDryRun { unsettledKeyIDs.remove(result.key.id) }
            if !outcome.discarded.contains(result.key.id) { settle(result) }
        }
    }

    private func settle(_ result: ProbeResult) {
        for event in result.transition.events {
            if let kind = Change.Kind(event) {
                let next = result.transition.health.nextProbeAt.map(Change.Circumstance.next)
                tally.note(Change(kind, result.key, result.observation, next))
            }
            if event == .confirmed {
                tally.candidates.append(
                    Candidate(
                        key: result.key, health: result.transition.health, observation: result.observation,
                        control: result.control ?? .unanswered))
            }
        }
        if options.timing.gap == 0, result.transition.events.contains(.suspected) { askAgain(result) }
    }

    /// With no gap the second probe follows in the same run, on a fresh connection (ruling 17).
    private func askAgain(_ result: ProbeResult) {
        guard stopped == nil, result.observation.classification.strength == .specific else { return }
        var key = result.key
        key.health = result.transition.health
        unsettledKeyIDs.insert(key.id)
        queues[key.provider]?.append(DueKey(key: key, ciphertext: result.due.ciphertext, isFresh: true))
    }
}
