internal import Synchronization

/// A run that writes, with the end of its audit log between its transactions.
///
/// A run has one audited transaction at a time: each continues the log after the last one that was committed.
package final class AuditedRun: Sendable {
    /// The run's id, a lower-case UUID.
    package let id: String
    private let current: Mutex<AuditHead>

    /// A run that has no audit rows yet.
    ///
    /// - Throws: `OpenSSLError` where SHA-256 is not available.
    package init(_ record: RunRecord) throws {
        id = record.id
        current = Mutex(try AuditHead(runID: record.id, actor: record.kind.actor))
    }

    /// The head that the next transaction continues.
    var head: AuditHead { current.withLock { $0 } }

    /// Sets the head that the next transaction continues. Call it after the commit of the transaction that wrote it.
    func advance(to head: AuditHead) { current.withLock { $0 = head } }
}
