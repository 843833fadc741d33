internal import Database
internal import Foundation
internal import KeyVigil

extension RevalidationRun {
    /// Steps 4 and 5: gathers what speaks for the provider, lets the guard decide, and writes.
    func judgeAndApply(
        _ tally: SweepTally, _ lease: SliceLease, _ chain: inout AuditChain, _ report: inout RunReport
    ) async throws {
        guard !tally.candidates.isEmpty else { return }
        Failpoint.applyStarted.hit()
        let valid = try await gatherEvidence(tally, lease, &chain, &report)
        // After a wish to stop nobody can be asked for evidence: what would need it stays due for the next run.
        let candidates = tally.candidates.filter { !options.stop.isRaised || valid[$0.key.provider] ?? 0 > 0 }
        let applying = Applying(
            candidates: candidates, canariesAlive: await askCanaries(candidates, valid), validKeys: valid,
            tellsByMail: outbox != nil, options: options, lease: lease, runID: report.run)
        do {
            try await write(applying, &chain, &report)
        } catch is LeaseLost {
            report.outcome = .partial
        }
        for provider in applying.canariesAlive { report.providers[provider]?.positiveControl = "passed" }
    }

    private func write(_ applying: Applying, _ chain: inout AuditChain, _ report: inout RunReport) async throws {
        let (before, store) = (chain, vault.store)
        let outcome = try await store.database.transaction { connection in
            try applying.apply(to: connection, before, now: store.now())
        }
        Failpoint.applyCommitted.hit()
        chain = outcome.chain
        report.notices.queued += outcome.noticesQueued
        report.take(outcome.changes, counts: Dictionary(grouping: outcome.changes, by: \.kind).mapValues(\.count))
    }

    /// Valid keys by provider. Where a provider has candidates and none of its keys was due and valid, up to three
    /// others have their own check taken early (ruling 5): stored as theirs, their next turn moved on.
    private func gatherEvidence(
        _ tally: SweepTally, _ lease: SliceLease, _ chain: inout AuditChain, _ report: inout RunReport
    ) async throws -> [String: Int] {
        var valid = tally.providers.mapValues(\.valid)
        let wanting = Set(tally.candidates.map(\.key.provider)).filter { valid[$0] ?? 0 == 0 }
        guard !wanting.isEmpty, !options.stop.isRaised else { return valid }
        let startedAt = report.started
        let others = try await vault.store.database.read { connection in
            try wanting.sorted().flatMap {
                try connection.unsuspectedKeys(of: $0, notCheckedSince: startedAt, limit: 3)
            }
        }
        guard !others.isEmpty else { return valid }
        let sweep = try Sweep(
            vault: vault, options: options, lease: lease.withoutSlices, chain: chain, startedAt: startedAt,
            progress: progress)
        sweep.cause = "early, as evidence about another key"
        others.forEach(sweep.queue)
        try await sweep.run()
        chain = sweep.chain
        report.take(sweep.tally)
        valid.merge(sweep.tally.providers.mapValues(\.valid), uniquingKeysWith: +)
        return valid
    }

    /// Only where it can change a decision: a provider with candidates and no other valid key.
    private func askCanaries(_ candidates: [Candidate], _ valid: [String: Int]) async -> Set<String> {
        var alive: Set<String> = []
        for provider in Set(candidates.map(\.key.provider)) where (valid[provider] ?? 0) == 0 {
            if let canary = options.canaries[provider], await canary.isValid(vault, providerID: provider) {
                alive.insert(provider)
            }
        }
        return alive
    }
}
