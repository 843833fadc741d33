internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

extension RevalidationRun {
    /// Updates every open breaker to the present time, so that it closes once its day is over. The time is read after
    /// the transaction has waited for the store.
    func updateBreakers(in transaction: AuditedTransaction) throws {
        for breaker in try BreakerTable.open(in: transaction.connection) {
            try BreakerTable.update(of: breaker.scope, options.breaker, now: vault.store.now(), in: transaction)
        }
    }

    /// Steps 4 and 5: gathers evidence, lets the guard decide, and writes the decisions.
    func judgeAndApply(
        _ tally: SweepTally, lease: SliceLease, activeProviders: ActiveProviders, in run: AuditedRun,
        noting report: inout RunReport
    ) async throws {
        guard !tally.candidates.isEmpty || options.isDryRun else { return }
        Failpoint.applyStarted.hit()
        var tally = tally
        let isCutShort = try await gatherEvidence(
            for: &tally, lease: lease, activeProviders: activeProviders, in: run, &report)
        let candidates = isCutShort ? try await answerable(tally, startedAt: report.started) : tally.candidates
        var pass = DisablePass(
            candidates: candidates, unstoredAnswers: tally.answers, unstoredCounts: tally.counts,
            controls: tally.canaries, catalogue: vault.catalogue, tellsByMail: outbox != nil, options: options,
            lease: lease, startedAt: report.started)
        pass.controls += await askCanaries(of: candidates, beside: tally.canaries)
        do {
            for part in pass.parts() { try await apply(part, in: run, &report) }
        } catch is LeaseLost {
            report.outcome = .partial
        }
    }

    /// Adds to the report what an operator should look at: open breakers, failed controls, newer entries of the
    /// catalogue, refused canaries.
    func noteGuard(in report: inout RunReport, from connection: Connection) throws {
        let now = vault.store.now()
        // A dry run's own breakers are in its report already.
        if !options.isDryRun { report.note(try BreakerTable.open(in: connection)) }
        for provider in report.providers.keys.sorted() where report.providers[provider]?.negativeControl == .failed {
            report.attention.append(.controlFailed(provider: provider))
        }
        let entries = report.providers.keys.sorted().compactMap { vault.catalogue[$0] }
        for provider in try entries.filter({ try CatalogueUseTable.hasNewerEntry(than: $0, at: now, in: connection) })
            .map(\.id)
        {
            report.attention.append(.outdatedCatalogue(provider: provider))
        }
        for provider in try ControlTable.brokenCanaries(at: now, in: connection) where options.canaries[provider] != nil
        {
            report.attention.append(.brokenCanary(provider: provider))
        }
    }

    private func apply(_ pass: DisablePass, in run: AuditedRun, _ report: inout RunReport) async throws {
        let store = vault.store
        let outcome =
            options.isDryRun
            ? try await store.database.read { try pass.rehearse(on: $0, now: store.now()) }
            : try await store.transaction(of: run) { try pass.apply(in: $0) }
        Failpoint.applyCommitted.hit()
        if options.isDryRun { report.note(outcome.breakers) } else { report.notices.queued += outcome.noticesQueued }
        report.add(outcome.changes, counts: Dictionary(grouping: outcome.changes, by: \.kind).mapValues(\.count))
        for (scope, evidence) in outcome.evidence { report.providers[scope.provider]?.note(evidence) }
    }

    /// The candidates of scopes with enough evidence, for a run that cannot probe more keys; the others stay due for
    /// the next run.
    private func answerable(_ tally: SweepTally, startedAt: Date) async throws -> [Candidate] {
        let lacking = Set(try await evidenceWanted(for: tally, startedAt: startedAt).map(\.scope))
        return tally.candidates.filter { !lacking.contains($0.scope) }
    }

    /// Probes other keys early where a scope has candidates and the answers of the last hour do not speak for the
    /// provider, until three have answered (ruling 5). The results are stored as these keys' own, and their next turn
    /// moves on.
    ///
    /// - Returns: whether a stop request or the end of the run's time kept it from probing all of them.
    private func gatherEvidence(
        for tally: inout SweepTally, lease: SliceLease, activeProviders: ActiveProviders, in run: AuditedRun,
        _ report: inout RunReport
    ) async throws -> Bool {
        guard !options.stop.isRaised else { return true }
        let others = try await keysToAskEarly(for: tally, startedAt: report.started)
        guard !others.isEmpty else { return false }
        let sweep = try await Sweep(
            vault: vault, activeProviders: activeProviders, options: options, lease: lease.withoutSlices,
            mayClaim: false,
            auditedRun: run,
            startedAt: report.started, progress: progress)
        sweep.cause = .early
        others.forEach(sweep.queue)
        try await sweep.run()
        report.add(sweep.tally)
        tally.addUnstored(sweep.tally)
        if sweep.stopped != nil { report.outcome = .partial }
        return sweep.stopped != nil
    }

    /// Scopes with candidates for which more answers of other keys are wanted, and how many.
    private func evidenceWanted(
        for tally: SweepTally, startedAt: Date
    ) async throws -> [(scope: GuardScope, count: Int)] {
        let scopes = Set(tally.candidates.map(\.scope))
        let now = vault.store.now()
        let answers = tally.answers
        return try await vault.store.database.read { connection in
            try scopes.sorted().map { scope in
                let stored = try ScopeFacts.evidenceAnswers(of: scope, runStartedAt: startedAt, at: now, in: connection)
                return (scope, Evidence.wanted(beside: answers[scope] ?? stored))
            }
        }.filter { $0.count > 0 }
    }

    private func keysToAskEarly(for tally: SweepTally, startedAt: Date) async throws -> [DueKey] {
        let wanted = try await evidenceWanted(for: tally, startedAt: startedAt)
        return try await vault.store.database.read { connection in
            try wanted.flatMap { scope, count in
                try DueKey.unsuspected(of: scope, notCheckedSince: startedAt, limit: count, in: connection)
            }
        }
    }

    /// Asks the canaries of providers with candidates, unless a runner asked them within the hour.
    private func askCanaries(of candidates: [Candidate], beside asked: [ControlResult]) async -> [ControlResult] {
        var results: [ControlResult] = []
        for provider in Set(candidates.map(\.key.provider)).subtracting(asked.map(\.provider)).sorted() {
            guard let canary = options.canaries[provider], let entry = vault.catalogue[provider] else { continue }
            let now = vault.store.now()
            let known = try? await vault.store.database.read {
                try ControlTable.outcome(
                    of: .canary, provider: provider, within: ControlOutcome.evidenceFreshFor, at: now, in: $0)
            }
            guard known == nil,
                let answer = await options.stop.ending(
                    vault.client, { await canary.ask(through: vault, provider: entry) })
            else { continue }
            let host = vault.listedHost(of: entry, params: canary.params)
            results.append(ControlResult(canary: canary.secret, answer, of: entry, at: host))
        }
        return results
    }
}

extension RunReport {
    fileprivate mutating func note(_ breakers: [BreakerEpisode]) {
        for breaker in breakers {
            let scope = breaker.scope
            providers[scope.provider]?.breaker = .open
            attention.append(
                .breakerOpen(
                    provider: scope.provider, keyType: scope.keyType, host: scope.hostName,
                    cause: BreakerCause(breaker)))
        }
    }
}
