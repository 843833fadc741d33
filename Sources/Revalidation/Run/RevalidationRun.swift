internal import Database
internal import Foundation
package import KeyVigil
internal import Vocabulary

/// One execution of the job. Reads like the list of its steps; each step is a file of its own.
///
/// Settings, schema, key ring, catalogue and templates were checked by whoever made the vault and the outbox, so the
/// first key is touched only when nothing is missing.
package struct RevalidationRun: Sendable {
    let vault: KeyVault
    let outbox: Outbox?
    let options: RunOptions
    let progress: @Sendable (Progress) -> Void

    /// A run to be done.
    ///
    /// - Parameter outbox: nil to run without any mail; notices then wait in the store.
    package init(
        vault: KeyVault, outbox: Outbox?, options: RunOptions,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.vault = vault
        self.outbox = outbox
        self.options = options
        self.progress = progress
    }

    /// Does it. Throws only what kept it from doing its work at all, such as a store that is gone.
    package func run() async throws -> RunReport {
        let record = RunRecord(
            kind: .job, runner: vault.store.runner, program: vault.store.program, startedAt: vault.store.now())
        do {
            return try await run(record)
        } catch {
            let isStopped = options.stop.isRaised && (error as? DatabaseError)?.isAbsence == true
            await close(record, as: isStopped ? .partial : .failed)
            throw error
        }
    }

    private func run(_ record: RunRecord) async throws -> RunReport {
        var report = RunReport(run: record.id, started: record.startedAt, isDryRun: options.isDryRun)
        var (chain, roster) = try await open(record)
        Failpoint.runOpened.hit()
        let claim = try await takeLease(roster, report.started)
        Failpoint.leasesTaken.hit()

        let sweep = try await observe(roster, claim, &chain, &report)
        if sweep.stopped != .leaseLost { try await judgeAndApply(sweep.tally, sweep.lease, roster, &chain, &report) }
        try await queueExpiryNotices(&report)
        try await giveBack(sweep.lease)
        Failpoint.leasesReturned.hit()
        try await measureCoverage(roster, &report)
        try await updateConditions(roster, &chain, &report)
        try await notify(&chain, &report)
        try await close(&report, record, chain)
        Failpoint.runFinished.hit()
        return report
    }

    /// So that `status` knows; where the store itself is gone, nobody can be told there.
    private func close(_ record: RunRecord, as outcome: RunReport.Outcome) async {
        let now = vault.store.now()
        _ = try? await vault.store.database.transaction { connection in
            try connection.finish(record.id, at: now, outcome: outcome.rawValue, summary: nil)
            try connection.returnLeases(of: record.runner)
        }
    }

    // MARK: - Steps

    private func open(_ record: RunRecord) async throws -> (AuditChain, ProviderRoster) {
        let chain = try AuditChain(runID: record.id, startedAt: record.startedAt, actor: .job)
        let (catalogue, overrides) = (vault.catalogue, vault.overrides)
        guard !options.isDryRun else {
            return (chain, try await vault.store.database.read { try $0.roster(catalogue, overrides) })
        }
        return try await vault.store.database.transaction { connection in
            var chain = chain
            let stored = try connection.storedProviders()
            catalogue.prepare(stored)
            try connection.insert(record)
            try connection.forgetOldHours(at: record.startedAt)
            try connection.forgetOldTransactions()
            try connection.sumKeyCounts()
            let roster = ProviderRoster(catalogue, overrides, stored: stored)
            try connection.noteUse(of: roster.live.compactMap { catalogue[$0] }, at: record.startedAt)
            try chain.append(AuditEntry(.runStarted, at: record.startedAt), to: connection)
            try lookAtBrakes(connection, &chain)
            return (chain, roster)
        }
    }

    /// The first slices; the sweep asks for more when it has read them.
    private func takeLease(_ roster: ProviderRoster, _ startedAt: Date) async throws -> SliceClaim {
        let (selection, providers, store) = (options.selection, roster.live, vault.store)
        let lease = SliceLease(runner: store.runner.description)
        guard !options.isDryRun else { return try await lookAtAll(roster, lease, startedAt) }
        return try await store.database.sharedTransaction { connection in
            try connection.claimSlices(lease, selection, of: providers, dueAt: startedAt, now: store.now())
        }
    }

    /// A dry run leases nothing.
    private func lookAtAll(
        _ roster: ProviderRoster, _ lease: SliceLease, _ startedAt: Date
    ) async throws -> SliceClaim {
        let (selection, providers, slices) = (options.selection, roster.live, Array(0..<KeySlot.slices))
        let due = try await vault.store.database.read { connection in
            try connection.countDue(selection, of: providers, slices: slices, now: startedAt)
        }
        return SliceClaim(lease: SliceLease(runner: lease.runner, slices: slices), new: slices, due: due)
    }

    private func observe(
        _ roster: ProviderRoster, _ claim: SliceClaim, _ chain: inout AuditChain, _ report: inout RunReport
    ) async throws -> (tally: SweepTally, lease: SliceLease, stopped: Sweep.StopReason?) {
        report.keys.heldByOthers = claim.heldByOthers
        guard !claim.new.isEmpty else { return (SweepTally(), claim.lease, nil) }
        try outbox?.templates.prepare()
        let sweep = try await Sweep(
            vault: vault, roster: roster, options: options, lease: claim.lease, mayClaim: !options.isDryRun,
            chain: chain, startedAt: report.started, progress: progress)
        sweep.tally.due = claim.due
        try await sweep.run()
        chain = sweep.chain
        report.take(sweep.tally)
        if sweep.stopped != nil { report.outcome = .partial }
        return (sweep.tally, sweep.lease, sweep.stopped)
    }

    private func queueExpiryNotices(_ report: inout RunReport) async throws {
        guard !options.isDryRun else { return }
        let database = vault.store.database
        var owed = OwedExpiryNotices(daysBefore: options.expiringDays, now: vault.store.now())
        while !options.stop.isRaised, let page = try await database.read({ [owed] in try owed.next($0) }) {
            owed = page.rest
            guard !page.notices.isEmpty else { continue }
            report.notices.queued += try await database.sharedTransaction { connection in
                try page.notices.count { try connection.queue($0) }
            }
        }
        Failpoint.expiryQueued.hit()
    }

    private func giveBack(_ lease: SliceLease) async throws {
        guard !options.isDryRun, !lease.slices.isEmpty else { return }
        try await vault.store.database.transaction { try $0.returnLease(lease) }
    }

    private func notify(_ chain: inout AuditChain, _ report: inout RunReport) async throws {
        guard !options.stop.isRaised else { return report.outcome = .partial }
        guard !options.isDryRun, options.sendsNotices, let outbox else { return }
        let end = report.started + options.maxDuration + Self.secondsForMail
        let delivered = try await outbox.deliverAll(from: vault, until: end, stop: options.stop, chain: &chain)
        report.notices.sent = delivered.sent
        report.notices.deferred = delivered.deferred
        report.notices.failed = delivered.failed
        report.attention += delivered.attention
        if options.stop.isRaised || delivered.isCutShort { report.outcome = .partial }
    }

    /// After the time for checks is over: a slow relay does not keep a run until it is killed.
    private static let secondsForMail: TimeInterval = 120

    private func measureCoverage(_ roster: ProviderRoster, _ report: inout RunReport) async throws {
        let (period, now) = (options.timing.period, vault.store.now())
        let coverage = try await vault.store.database.read { connection in
            try connection.coverage(
                period: period, providers: roster.known, switchedOff: roster.switchedOff, unpaid: roster.unpaid,
                now: now)
        }
        report.coverage = coverage
        if coverage.unknown > 0 { report.findings[Finding.unsupported.rawValue, default: 0] += coverage.unknown }
    }

    /// A dry run leaves one row that says it was there; a real one closes its run with the report.
    private func close(_ report: inout RunReport, _ record: RunRecord, _ chain: AuditChain) async throws {
        report.finished = vault.store.now()
        let before = report
        report = try await vault.store.database.transaction { connection in
            var (report, chain) = (before, chain)
            try noteGuard(connection, &report)
            report.noteOverdue()
            if report.dryRun { try connection.insert(record) }
            let details = report.dryRun ? "dry run" : report.outcome.rawValue
            try chain.append(AuditEntry(.runFinished, at: report.finished, details: details), to: connection)
            try connection.finish(
                report.run, at: report.finished, outcome: report.outcome.rawValue, summary: report.json())
            return report
        }
    }
}

extension RunReport {
    fileprivate mutating func noteOverdue() {
        guard let coverage, coverage.overdue > 0 else { return }
        attention.append("\(coverage.overdue) keys had no conclusive check for \(coverage.periodDays) days")
    }
}
