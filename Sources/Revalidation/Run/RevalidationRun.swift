internal import Database
internal import Foundation
package import KeyVigil
internal import Vocabulary

/// One execution of the job. Reads like the list of its steps; each step is a file of its own.
///
/// Code that makes the vault and the outbox checks settings, schema, key ring, catalogue and templates, so that no
/// key is probed while something is missing.
package struct RevalidationRun: Sendable {
    let vault: KeyVault
    let outbox: Outbox?
    let options: RunOptions
    let progress: @Sendable (Progress) -> Void

    /// Prepares a run; ``run()`` executes it.
    ///
    /// - Parameters:
    ///   - outbox: nil to run without any mail; notices then wait in the store.
    ///   - progress: called several times a second while keys are probed.
    package init(
        vault: KeyVault, outbox: Outbox?, options: RunOptions,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.vault = vault
        self.outbox = outbox
        self.options = options
        self.progress = progress
    }

    /// Executes the run once and returns its report.
    ///
    /// - Throws: what kept the run from its work: `DatabaseError`, `TemplateError`, ``ClientGaveUp`` or an error of
    ///   the HTTP client. The store keeps it as failed, or as partial after a stop request; what was committed stays,
    ///   and the next run continues.
    package func run() async throws -> RunReport {
        let record = RunRecord(
            kind: .job, runner: vault.store.runner, program: vault.store.program, startedAt: vault.store.now())
        do {
            return try await run(record)
        } catch {
            let isStopped = options.stop.isRaised && (error as? DatabaseError)?.isUnavailableOrBusy == true
            await close(record, as: isStopped ? .partial : .failed)
            throw error
        }
    }

    private func run(_ record: RunRecord) async throws -> RunReport {
        var report = RunReport(run: record.id, started: record.startedAt, isDryRun: options.isDryRun)
        let auditedRun = try AuditedRun(record)
        let activeProviders = try await open(record, as: auditedRun)
        Failpoint.runOpened.hit()
        let claim = try await claimSlices(on: activeProviders, startedAt: report.started)
        Failpoint.leasesTaken.hit()

        let sweep = try await observe(claim, of: activeProviders, in: auditedRun, noting: &report)
        if sweep.stopped != .leaseLost {
            try await judgeAndApply(
                sweep.tally, lease: sweep.lease, activeProviders: activeProviders, in: auditedRun, noting: &report)
        }
        try await queueExpiryNotices(&report)
        try await giveBack(sweep.lease)
        Failpoint.leasesReturned.hit()
        try await measureCoverage(of: activeProviders, noting: &report)
        try await updateConditions(of: activeProviders, in: auditedRun, &report)
        try await notify(in: auditedRun, &report)
        try await close(record, as: auditedRun, &report)
        Failpoint.runFinished.hit()
        return report
    }

    /// Closes a run that failed, so that the store has its outcome. Without effect where the store itself is
    /// unavailable.
    private func close(_ record: RunRecord, as outcome: RunRecord.Outcome) async {
        _ = try? await vault.store.transaction { transaction in
            try RunTable.finish(record.id, outcome: outcome, at: transaction.now, in: transaction)
            try SliceTable.returnLeases(of: record.runner, in: transaction)
        }
    }

    // MARK: - Steps

    /// Writes the run's first rows, and updates what all runs share. A dry run only reads.
    private func open(_ record: RunRecord, as run: AuditedRun) async throws -> ActiveProviders {
        let catalogue = vault.catalogue
        let overrides = vault.overrides
        guard !options.isDryRun else {
            return try await vault.store.database.read {
                try ActiveProviders.current(of: catalogue, under: overrides, in: $0)
            }
        }
        return try await vault.store.transaction(of: run) { transaction in
            let stored = try ActiveProviders.storedProviders(in: transaction.connection)
            catalogue.prepare(stored)
            try RunTable.insert(record, in: transaction)
            try HourTable.forgetOld(at: record.startedAt, in: transaction)
            try transaction.connection.deleteOldTransactionMarks()
            try KeyCountTable.compact(in: transaction)
            let activeProviders = ActiveProviders(catalogue, overrides, stored: stored)
            try CatalogueUseTable.noteUse(
                of: activeProviders.live.compactMap { catalogue[$0] }, at: record.startedAt, in: transaction)
            try transaction.append(AuditEntry(.runStarted, at: record.startedAt))
            try updateBreakers(in: transaction)
            return activeProviders
        }
    }

    /// Claims the first slices; the sweep claims more when it has read them.
    private func claimSlices(on activeProviders: ActiveProviders, startedAt: Date) async throws -> SliceClaim {
        let selection = options.selection
        let providers = activeProviders.live
        let store = vault.store
        let lease = SliceLease(runner: store.runner.description)
        guard !options.isDryRun else {
            return try await countAllDue(of: activeProviders, lease: lease, startedAt: startedAt)
        }
        return try await store.sharedTransaction { transaction in
            try SliceTable.claim(
                extending: lease, for: selection, of: providers, dueAt: startedAt, now: transaction.now, in: transaction
            )
        }
    }

    /// All slices and their due keys, for a dry run, which leases none.
    private func countAllDue(
        of activeProviders: ActiveProviders, lease: SliceLease, startedAt: Date
    ) async throws -> SliceClaim {
        let selection = options.selection
        let providers = activeProviders.live
        let slices = Array(0..<KeySlot.slices)
        let due = try await vault.store.database.read { connection in
            try DueKey.countDue(selection, of: providers, slices: slices, now: startedAt, in: connection)
        }
        return SliceClaim(lease: SliceLease(runner: lease.runner, slices: slices), new: slices, due: due)
    }

    private func observe(
        _ claim: SliceClaim, of activeProviders: ActiveProviders, in run: AuditedRun, noting report: inout RunReport
    ) async throws -> (tally: SweepTally, lease: SliceLease, stopped: Sweep.StopReason?) {
        report.keys.heldByOthers = claim.heldByOthers
        guard !claim.new.isEmpty else { return (SweepTally(), claim.lease, nil) }
        try outbox?.templates.prepare()
        let sweep = try await Sweep(
            vault: vault, activeProviders: activeProviders, options: options, lease: claim.lease,
            mayClaim: !options.isDryRun,
            auditedRun: run, startedAt: report.started, progress: progress)
        sweep.tally.due = claim.due
        try await sweep.run()
        report.add(sweep.tally)
        if sweep.stopped != nil { report.outcome = .partial }
        return (sweep.tally, sweep.lease, sweep.stopped)
    }

    private func queueExpiryNotices(_ report: inout RunReport) async throws {
        guard !options.isDryRun else { return }
        let store = vault.store
        var owed = OwedExpiryNotices(daysBefore: options.expiringDays, now: vault.store.now())
        while !options.stop.isRaised, let page = try await store.database.read({ [owed] in try owed.next($0) }) {
            owed = page.rest
            guard !page.notices.isEmpty else { continue }
            report.notices.queued += try await store.sharedTransaction { transaction in
                try page.notices.count { try NoticeTable.queue($0, in: transaction) }
            }
        }
        Failpoint.expiryQueued.hit()
    }

    private func giveBack(_ lease: SliceLease) async throws {
        guard !options.isDryRun, !lease.slices.isEmpty else { return }
        try await vault.store.transaction { try SliceTable.returnLease(lease, in: $0) }
    }

    private func notify(in run: AuditedRun, _ report: inout RunReport) async throws {
        guard !options.stop.isRaised else { return report.outcome = .partial }
        guard !options.isDryRun, options.sendsNotices, let outbox else { return }
        let end = report.started + options.maxDuration + Self.secondsForMail
        let delivered = try await outbox.deliverAll(from: vault, of: run, until: end, stop: options.stop)
        report.notices.sent = delivered.sent
        report.notices.deferred = delivered.deferred
        report.notices.failed = delivered.failed
        report.attention += delivered.attention
        if options.stop.isRaised || delivered.isCutShort { report.outcome = .partial }
    }

    /// Seconds for mail after the time for probes is over, so that a slow relay does not hold a run until it is killed.
    private static let secondsForMail: TimeInterval = 120

    private func measureCoverage(of activeProviders: ActiveProviders, noting report: inout RunReport) async throws {
        let period = options.timing.period
        let now = vault.store.now()
        let coverage = try await vault.store.database.read { connection in
            try Coverage.measured(
                period: period, providers: activeProviders.known, switchedOff: activeProviders.disabled,
                unpaid: activeProviders.unpaid,
                now: now, in: connection)
        }
        report.coverage = coverage
        if coverage.unknown > 0 { report.findings[Finding.unsupported.rawValue, default: 0] += coverage.unknown }
    }

    /// Closes the run with its report. Of a dry run this is the one audit row, which says that it took place.
    private func close(_ record: RunRecord, as run: AuditedRun, _ report: inout RunReport) async throws {
        report.finished = vault.store.now()
        let before = report
        report = try await vault.store.transaction(of: run) { transaction in
            var report = before
            try noteGuard(in: &report, from: transaction.connection)
            report.noteOverdue()
            if report.dryRun { try RunTable.insert(record, in: transaction) }
            let facts = RunFinished(outcome: report.outcome, isDryRun: report.dryRun)
            try transaction.append(AuditEntry(facts, at: report.finished))
            try RunTable.finish(
                report.run, outcome: report.outcome, summary: report.storedJSON(), at: report.finished,
                in: transaction)
            return report
        }
    }
}

extension RunReport {
    fileprivate mutating func noteOverdue() {
        guard let coverage, coverage.overdue > 0 else { return }
        attention.append(.overdue(keys: coverage.overdue, days: coverage.periodDays))
    }
}
