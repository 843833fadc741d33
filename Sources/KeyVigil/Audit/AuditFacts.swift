/// The facts of one kind of audit event: what its row says beyond the searched columns, as values and never as
/// sentences (ruling 53).
///
/// Each event that has facts has one type of them, which names the event, so that no row gets another event's facts.
/// They are stored as ``AuditDetails`` says.
package protocol AuditFacts: Codable, Sendable, Equatable {
    /// The event of the rows that hold these facts.
    static var event: AuditEvent { get }
}
