internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

extension RevalidationRun {
    /// Brings the conditions up to date with what this run left, and composes the operators' mail in the same
    /// transaction, so that of several runners one tells. Without anybody to tell, the rows are kept all the same.
    func updateConditions(
        _ roster: ProviderRoster, _ chain: inout AuditChain, _ report: inout RunReport
    ) async throws {
        guard !options.isDryRun else { return }
        let (before, now) = (chain, vault.store.now())
        let canaries = Set(options.canaries.keys)
        let (overdue, sawKeys) = (report.coverage?.overdue ?? 0, !report.findings.isEmpty)
        let telling = teller(at: now)
        let (after, isTold) = try await vault.store.database.transaction { connection in
            let stored = try connection.openConditions(endedSince: now - 7 * Timing.day)
            var symptoms = try connection.symptoms(
                canaries: canaries, onTenantsHosts: roster.onTenantsHosts, overdue: overdue, at: now)
            // A run that saw no key changed none: it need not visit them all, unless something might be over.
            if sawKeys || stored.contains(where: { $0.stands && $0.kind.isReadFromKeys }) {
                symptoms += try connection.keySymptoms(roster, at: now)
            }
            var chain = before
            let isTold = try Self.write(stored, symptoms, telling, connection, &chain, now)
            return (chain, isTold)
        }
        chain = after
        if !isTold {
            report.attention.append("the operators' mail could not be composed; run `keyvigil templates check`")
        }
    }

    private func teller(at now: Date) -> OperatorsTeller? {
        guard options.sendsNotices, !options.stop.isRaised, let outbox else { return nil }
        return OperatorsTeller(outbox: outbox, catalogue: vault.catalogue, now: now)
    }

    /// False where there was something to tell and no mail could be made of it; then it is kept for later.
    private static func write(
        _ stored: [Condition], _ symptoms: [Symptom], _ teller: OperatorsTeller?, _ connection: Connection,
        _ chain: inout AuditChain, _ now: Date
    ) throws -> Bool {
        let canTell = teller?.addresses.isEmpty == false
        var update = ConditionUpdate(stored: stored, symptoms: symptoms, at: now, tells: canTell)
        let mails = update.news.isEmpty ? [] : teller?.mails(of: update.news)
        if mails == nil { update = ConditionUpdate(stored: stored, symptoms: symptoms, at: now, tells: false) }
        for condition in update.rows { try connection.write(condition) }
        try teller?.post(mails ?? [], of: update.news, in: connection, &chain)
        return mails != nil
    }
}
