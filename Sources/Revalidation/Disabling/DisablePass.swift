internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// Steps 4 and 5 of a run, judge and apply: what one transaction decides about confirmed keys.
///
/// Keys are disabled where the guard allows it, in random order, each with its audit row and its notice; the others are
/// held, with the reason.
struct DisablePass: Sendable {
    var candidates: [Candidate]
    /// Answers of other keys that a dry run has not stored.
    var unstoredAnswers: [GuardScope: [Finding]] = [:]
    /// What these answers would have added to the guard's sums.
    var unstoredCounts: [GuardScope: [Int: HourCount]] = [:]
    /// Results of canaries that this run asked.
    var controls: [ControlResult] = []
    /// The providers as this program knows them.
    let catalogue: Catalogue
    /// False where no mail is set up; then a backlog of notices does not keep keys from being disabled.
    let tellsByMail: Bool
    let options: RunOptions
    let lease: SliceLease
    let startedAt: Date

    /// What a pass has decided.
    struct Summary {
        var changes: [Change] = []
        var noticesQueued = 0
        var evidence: [GuardScope: Evidence] = [:]
        /// The breakers that are open afterwards, of the scopes that the pass has read.
        var breakers: [BreakerEpisode] = []
    }

    private static let mostTogether = 500

    /// The candidates in random order, cut into one transaction's share each: other writers wait during a transaction,
    /// and after an incident there are many candidates. A dry run is one part, as its decisions are stored nowhere.
    func parts() -> [DisablePass] {
        guard !options.isDryRun else { return [self] }
        let shuffled = candidates.shuffled()
        return stride(from: 0, to: max(shuffled.count, 1), by: Self.mostTogether).map { start in
            var part = self
            part.candidates = Array(shuffled[start..<min(start + Self.mostTogether, shuffled.count)])
            if start > 0 { part.controls = [] }
            return part
        }
    }

    /// Decides in the order given and writes.
    ///
    /// - Throws: ``LeaseLost`` where another runner has taken a slice of the lease; then nothing is written.
    func apply(in transaction: AuditedTransaction) throws -> Summary {
        try SliceTable.fence(lease, now: transaction.now, in: transaction)
        for control in controls { try ControlTable.record(control, in: transaction) }
        var decisions = DisableDecisions(
            of: self, connection: transaction.connection, writing: transaction, now: transaction.now)
        return try decisions.makeAll()
    }

    /// Decides as ``apply(in:)`` does, but writes nothing, for a dry run.
    func rehearse(on connection: Connection, now: Date) throws -> Summary {
        var decisions = DisableDecisions(of: self, connection: connection, writing: nil, now: now)
        return try decisions.makeAll()
    }
}
