internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

extension RevalidationRun {
    /// Updates the stored conditions from the state after this run, and composes the operators' mail in the same
    /// transaction, so that one of several runners sends it. Without an operator's address only the rows are written.
    func updateConditions(
        of activeProviders: ActiveProviders, in run: AuditedRun, _ report: inout RunReport
    ) async throws {
        guard !options.isDryRun else { return }
        let now = vault.store.now()
        let canaries = Set(options.canaries.keys)
        let overdue = report.coverage?.overdue ?? 0
        let sawKeys = !report.findings.isEmpty
        let notifier = notifier(at: now)
        let isTold = try await vault.store.transaction(of: run) { transaction in
            let connection = transaction.connection
            let stored = try ConditionTable.open(endedSince: now - 7 * Timing.day, in: connection)
            var observed = try ObservedCondition.besidesKeys(
                canaries: canaries, onTenantsHosts: activeProviders.onTenantsHosts, overdue: overdue, at: now,
                in: connection)
            // A run without findings changed no key: it reads them all only where a standing condition may have ended.
            if sawKeys || stored.contains(where: { $0.isStanding && $0.kind.needsKeyQuery }) {
                observed += try ObservedCondition.ofKeys(activeProviders, at: now, in: connection)
            }
            return try Self.update(stored, by: observed, telling: notifier, at: now, in: transaction)
        }
        if !isTold {
            report.attention.append(.operatorsMailNotComposed)
        }
    }

    private func notifier(at now: Date) -> OperatorNotifier? {
        guard options.sendsNotices, !options.stop.isRaised, let outbox else { return nil }
        return OperatorNotifier(outbox: outbox, catalogue: vault.catalogue, now: now)
    }

    /// Returns false where there was news but no mail could be composed; the next run tells it then.
    private static func update(
        _ stored: [Condition], by observed: [ObservedCondition], telling notifier: OperatorNotifier?, at now: Date,
        in transaction: AuditedTransaction
    ) throws -> Bool {
        let canTell = notifier?.addresses.isEmpty == false
        var update = ConditionUpdate(stored: stored, observed: observed, at: now, tells: canTell)
        let mails = update.news.isEmpty ? [] : notifier?.mails(of: update.news)
        if mails == nil { update = ConditionUpdate(stored: stored, observed: observed, at: now, tells: false) }
        for condition in update.rows { try ConditionTable.write(condition, in: transaction) }
        try notifier?.post(mails ?? [], of: update.news, in: transaction)
        return mails != nil
    }
}
