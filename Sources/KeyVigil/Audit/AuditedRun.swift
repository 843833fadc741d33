internal import Synchronization

/// A run that writes, and its place in the audit log between its transactions.
///
/// A run has one audited transaction at a time: each continues the log where the last one that committed left it.
package final class AuditedRun: Sendable {
    /// The run's id, a lower-case UUID.
    package let id: String
    private let current: Mutex<AuditHead>

    /// The run with an empty log.
    package init(_ record: RunRecord) throws {
        id = record.id
        current = Mutex(try AuditHead(runID: record.id, startedAt: record.startedAt, actor: record.kind.actor))
    }

    /// The head that the next transaction continues.
    var head: AuditHead { current.withLock { $0 } }

    /// Makes `head` the one to continue. To be called once the transaction that wrote up to it is committed.
    func advance(to head: AuditHead) { current.withLock { $0 = head } }
}
