internal import Database
internal import Foundation
internal import KeyVigil

extension RevalidationRun {
    /// Step 2's standing part: brakes are brought up to date with the clock, so that those whose day is over let go.
    func lookAtBrakes(_ chain: inout AuditChain) async throws {
        let (before, settings, store) = (chain, options.brake, vault.store)
        guard !options.isDryRun, try await !store.database.read({ try $0.standingBrakes() }).isEmpty else { return }
        chain = try await store.database.transaction { connection in
            var chain = before
            for brake in try connection.standingBrakes() {
                _ = try connection.updateBrake(of: brake.scope, settings, &chain, now: store.now())
            }
            return chain
        }
    }

    /// Steps 4 and 5: gathers what speaks for the provider, lets the guard decide, and writes.
    func judgeAndApply(
        _ tally: SweepTally, _ lease: SliceLease, _ chain: inout AuditChain, _ report: inout RunReport
    ) async throws {
        guard !tally.candidates.isEmpty else { return }
        Failpoint.applyStarted.hit()
        let early = try await gatherEvidence(tally, lease, &chain, &report)
        var applying = Applying(
            candidates: try await answerable(tally.candidates, report.started), tellsByMail: outbox != nil,
            options: options, lease: lease, startedAt: report.started)
        if options.isDryRun { applying.unstoredAnswers = tally.answers.merging(early.answers, uniquingKeysWith: +) }
        applying.controls = await askCanaries(applying.candidates)
        do {
            try await write(applying, &chain, &report)
        } catch is LeaseLost {
            report.outcome = .partial
        }
    }

    /// Brakes that are on and controls that failed, for the report: a person should look.
    func noteGuard(_ report: inout RunReport) async throws {
        let now = vault.store.now()
        let (brakes, canaries) = try await vault.store.database.read { connection in
            (try connection.standingBrakes(), try connection.brokenCanaries(at: now))
        }
        for brake in brakes {
            let scope = brake.scope
            report.providers[scope.provider]?.brake = "on"
            report.attention.append("the brake of \(scope.provider) (\(scope.keyType)) is on: \(brake.sentence)")
        }
        for provider in report.providers.keys.sorted() where report.providers[provider]?.negativeControl == "failed" {
            report.attention.append("\(provider) did not refuse a made-up key, so its answers were not judged")
        }
        for provider in canaries where options.canaries[provider] != nil {
            report.attention.append("the canary of \(provider) was refused while tenants' keys work; replace it")
        }
    }

    private func write(_ applying: Applying, _ chain: inout AuditChain, _ report: inout RunReport) async throws {
        let (before, store) = (chain, vault.store)
        let outcome = try await store.database.transaction { connection in
            var generator = SystemRandomNumberGenerator()
            return try applying.apply(to: connection, before, now: store.now(), using: &generator)
        }
        Failpoint.applyCommitted.hit()
        chain = outcome.chain
        report.notices.queued += outcome.noticesQueued
        report.take(outcome.changes, counts: Dictionary(grouping: outcome.changes, by: \.kind).mapValues(\.count))
        for (scope, evidence) in outcome.evidence { report.providers[scope.provider]?.note(evidence) }
    }

    /// After a wish to stop nobody can be asked for evidence: what would need it stays due for the next run.
    private func answerable(_ candidates: [Candidate], _ startedAt: Date) async throws -> [Candidate] {
        guard options.stop.isRaised else { return candidates }
        let (scopes, now) = (Set(candidates.map(\.scope)), vault.store.now())
        let answered = try await vault.store.database.read { connection in
            try scopes.filter { try !connection.evidenceAnswers(of: $0, runStartedAt: startedAt, at: now).isEmpty }
        }
        return candidates.filter { answered.contains($0.scope) }
    }

    /// Where a scope has candidates and the answers within the hour do not speak for it, others have their own check
    /// taken early until three have answered (ruling 5): stored as theirs, their next turn moved on.
    private func gatherEvidence(
        _ tally: SweepTally, _ lease: SliceLease, _ chain: inout AuditChain, _ report: inout RunReport
    ) async throws -> SweepTally {
        guard !options.stop.isRaised else { return SweepTally() }
        let others = try await keysToAskEarly(tally, report.started)
        guard !others.isEmpty else { return SweepTally() }
        let sweep = try await Sweep(
            vault: vault, options: options, lease: lease.withoutSlices, chain: chain, startedAt: report.started,
            progress: progress)
        sweep.cause = "early, as evidence about another key"
        others.forEach(sweep.queue)
        try await sweep.run()
        chain = sweep.chain
        report.take(sweep.tally)
        return sweep.tally
    }

    private func keysToAskEarly(_ tally: SweepTally, _ startedAt: Date) async throws -> [DueKey] {
        let (scopes, now, answers) = (Set(tally.candidates.map(\.scope)), vault.store.now(), tally.answers)
        return try await vault.store.database.read { connection in
            try scopes.sorted().flatMap { scope -> [DueKey] in
                let known =
                    try answers[scope]
                    ?? connection.evidenceAnswers(
                        of: scope, runStartedAt: startedAt, at: now)
                let wanted = Evidence.wanted(beside: known)
                guard wanted > 0 else { return [] }
                return try connection.unsuspectedKeys(of: scope, notCheckedSince: startedAt, limit: wanted)
            }
        }
    }

    /// Canaries of providers with candidates that nobody asked within the hour.
    private func askCanaries(_ candidates: [Candidate]) async -> [ControlResult] {
        var results: [ControlResult] = []
        for provider in Set(candidates.map(\.key.provider)).sorted() {
            guard let canary = options.canaries[provider], let entry = vault.catalogue[provider] else { continue }
            let now = vault.store.now()
            let known = try? await vault.store.database.read {
                try $0.control(.canary, provider, within: ControlOutcome.evidenceFreshFor, at: now)
            }
            guard known == nil, let answer = await canary.ask(vault, entry) else { continue }
            results.append(ControlResult(canary: answer, of: provider))
        }
        return results
    }
}
