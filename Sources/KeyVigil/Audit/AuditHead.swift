package import Database
package import Vocabulary

/// The end of a run's chain in the audit log: dense sequence numbers and a hash chain, one chain per run.
///
/// A value on purpose: a transaction changes a copy, which is used further only after the commit, so that a rollback
/// also takes back the numbers.
package struct AuditHead: Sendable {
    /// The run's id.
    package let runID: String
    let actor: AuditActor
    private(set) var sequence = 0
    private(set) var hash: [UInt8]

    /// Starts the chain of a run without rows.
    ///
    /// - Throws: `OpenSSLError` where SHA-256 is not available.
    package init(runID: String, actor: AuditActor) throws {
        self.runID = runID
        self.actor = actor
        hash = try AuditEncoding.start(of: runID)
    }

    /// Appends one row inside the caller's transaction.
    ///
    /// - Throws: `DatabaseError`, and `OpenSSLError` where SHA-256 fails; let the transaction roll back.
    package mutating func append(_ entry: AuditEntry, to connection: Connection) throws {
        sequence += 1
        var row: [SQLValue] = [
            .id(runID), .integer(sequence), .time(entry.at), .text(actor.rawValue),
            .text(entry.event.rawValue), .id(entry.keyID), .text(entry.tenantID), .text(entry.provider),
            .text(entry.keyPrefix), .text(entry.finding?.rawValue), .integer(entry.httpStatus),
            .text(entry.providerCode), .text(entry.requestID), .text(try entry.facts.map { try AuditDetails.text($0) }),
        ]
        hash = try AuditEncoding.hash(row, after: hash)
        row.append(.blob(hash))
        try connection.executeLater(Self.insert, row: row)
    }

    private static let insert = BatchStatement.insert(
        into: "audit_entry", AuditEncoding.columns + [("hash", .blob)])
}
