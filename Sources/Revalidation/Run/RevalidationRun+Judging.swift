internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

extension RevalidationRun {
    /// Step 2's standing part: brakes are brought up to date with the clock, so that those whose day is over let go.
    func lookAtBrakes(_ connection: Connection, _ chain: inout AuditChain) throws {
        for brake in try connection.standingBrakes() {
            try connection.updateBrake(of: brake.scope, options.brake, &chain, now: vault.store.now())
        }
    }

    /// Steps 4 and 5: gathers what speaks for the provider, lets the guard decide, and writes.
    func judgeAndApply(
        _ tally: SweepTally, _ lease: SliceLease, _ roster: ProviderRoster, _ chain: inout AuditChain,
        _ report: inout RunReport
    ) async throws {
        guard !tally.candidates.isEmpty || options.isDryRun else { return }
        Failpoint.applyStarted.hit()
        var tally = tally
        let isCutShort = try await gatherEvidence(&tally, lease, roster, &chain, &report)
        let candidates = isCutShort ? try await answerable(tally, report.started) : tally.candidates
        var applying = Applying(
            candidates: candidates, unstoredAnswers: tally.answers, unstoredCounts: tally.counts,
            controls: tally.canaries, catalogue: vault.catalogue, tellsByMail: outbox != nil, options: options,
            lease: lease,
            startedAt: report.started)
        applying.controls += await askCanaries(candidates, beside: tally.canaries)
        do {
            for part in applying.parts() { try await write(part, &chain, &report) }
        } catch is LeaseLost {
            report.outcome = .partial
        }
    }

    /// Brakes that are on and controls that failed, for the report: a person should look.
    func noteGuard(_ connection: Connection, _ report: inout RunReport) throws {
        let now = vault.store.now()
        // What a dry run found stands in its report already.
        if !options.isDryRun { report.note(try connection.standingBrakes()) }
        for provider in report.providers.keys.sorted() where report.providers[provider]?.negativeControl == "failed" {
            report.attention.append("\(provider) did not refuse a made-up key, so its answers were not judged")
        }
        let entries = report.providers.keys.sorted().compactMap { vault.catalogue[$0] }
        for provider in try entries.filter({ try connection.hasNewerEntry(than: $0, at: now) }).map(\.id) {
            report.attention.append(
                "another runner has used a newer entry of the catalogue for \(provider), so this one switches off none of "
                    + "its keys; bring all to one version, or `keyvigil brakes release \(provider) --reason …`")
        }
        for provider in try connection.brokenCanaries(at: now) where options.canaries[provider] != nil {
            report.attention.append("the canary of \(provider) was refused while tenants' keys work; replace it")
        }
    }

    private func write(_ applying: Applying, _ chain: inout AuditChain, _ report: inout RunReport) async throws {
        let (before, store) = (chain, vault.store)
        let outcome =
            options.isDryRun
            ? try await store.database.read { try applying.apply(to: $0, before, now: store.now()) }
            : try await store.database.transaction { try applying.apply(to: $0, before, now: store.now()) }
        Failpoint.applyCommitted.hit()
        chain = outcome.chain
        if options.isDryRun { report.note(outcome.brakes) } else { report.notices.queued += outcome.noticesQueued }
        report.take(outcome.changes, counts: Dictionary(grouping: outcome.changes, by: \.kind).mapValues(\.count))
        for (scope, evidence) in outcome.evidence { report.providers[scope.provider]?.note(evidence) }
    }

    /// Where nobody could be asked for evidence any more, only what has enough answers is judged; the rest stays due for
    /// the next run.
    private func answerable(_ tally: SweepTally, _ startedAt: Date) async throws -> [Candidate] {
        let lacking = Set(try await evidenceWanted(tally, startedAt).map(\.scope))
        return tally.candidates.filter { !lacking.contains($0.scope) }
    }

    /// Where a scope has candidates and the answers within the hour do not speak for it, others have their own check
    /// taken early until three have answered (ruling 5): stored as theirs, their next turn moved on.
    ///
    /// - Returns: whether a wish to stop or the end of the run's time kept it from asking all of them.
    private func gatherEvidence(
        _ tally: inout SweepTally, _ lease: SliceLease, _ roster: ProviderRoster, _ chain: inout AuditChain,
        _ report: inout RunReport
    ) async throws -> Bool {
        guard !options.stop.isRaised else { return true }
        let others = try await keysToAskEarly(tally, report.started)
        guard !others.isEmpty else { return false }
        let sweep = try await Sweep(
            vault: vault, roster: roster, options: options, lease: lease.withoutSlices, mayClaim: false, chain: chain,
            startedAt: report.started, progress: progress)
        sweep.cause = "early, as evidence about another key"
        others.forEach(sweep.queue)
        try await sweep.run()
        chain = sweep.chain
        report.take(sweep.tally)
        tally.addUnstored(sweep.tally)
        if sweep.stopped != nil { report.outcome = .partial }
        return sweep.stopped != nil
    }

    /// Scopes with candidates for which more answers of other keys are wanted, and how many.
    private func evidenceWanted(
        _ tally: SweepTally, _ startedAt: Date
    ) async throws -> [(scope: GuardScope, count: Int)] {
        let (scopes, now, answers) = (Set(tally.candidates.map(\.scope)), vault.store.now(), tally.answers)
        return try await vault.store.database.read { connection in
            try scopes.sorted().map { scope in
                let stored = try connection.evidenceAnswers(of: scope, runStartedAt: startedAt, at: now)
                return (scope, Evidence.wanted(beside: answers[scope] ?? stored))
            }
        }.filter { $0.count > 0 }
    }

    private func keysToAskEarly(_ tally: SweepTally, _ startedAt: Date) async throws -> [DueKey] {
        let wanted = try await evidenceWanted(tally, startedAt)
        return try await vault.store.database.read { connection in
            try wanted.flatMap { scope, count in
                try connection.unsuspectedKeys(of: scope, notCheckedSince: startedAt, limit: count)
            }
        }
    }

    /// Canaries of providers with candidates that nobody asked within the hour.
    private func askCanaries(_ candidates: [Candidate], beside asked: [ControlResult]) async -> [ControlResult] {
        var results: [ControlResult] = []
        for provider in Set(candidates.map(\.key.provider)).subtracting(asked.map(\.provider)).sorted() {
            guard let canary = options.canaries[provider], let entry = vault.catalogue[provider] else { continue }
            let now = vault.store.now()
            let known = try? await vault.store.database.read {
                try $0.control(.canary, provider, within: ControlOutcome.evidenceFreshFor, at: now)
            }
            guard known == nil,
                let answer = await options.stop.ending(vault.client, { await canary.ask(vault, entry) })
            else { continue }
            let host = vault.listedHost(entry, canary.params)
            results.append(ControlResult(canary: canary.secret, answer, of: entry, at: host))
        }
        return results
    }
}

extension RunReport {
    fileprivate mutating func note(_ brakes: [BrakeEpisode]) {
        for brake in brakes {
            let scope = brake.scope
            providers[scope.provider]?.brake = "on"
            attention.append("the brake of \(scope.provider) (\(scope.name)) is on: \(brake.sentence)")
        }
    }
}
