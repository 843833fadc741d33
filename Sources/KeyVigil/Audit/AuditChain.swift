public import Database
public import Foundation
internal import Secrets

/// A run's place in the audit log: dense sequence numbers and a hash chain, one chain per run.
///
/// A value on purpose: a transaction works on a copy and hands it back, so that a rollback takes the numbers with it.
public struct AuditChain: Sendable {
    /// The run's id.
    public let runID: String
    /// Month in which the run started, `2026-11`: the partition key.
    let month: String
    let actor: Actor
    private(set) var sequence = 0
    private(set) var hash: [UInt8]

    /// Begins a chain; its first hash is that of the run's id.
    public init(runID: String, startedAt: Date, actor: Actor) throws {
        self.runID = runID
        self.actor = actor
        month = String(UTCText.string(startedAt).prefix(7))
        hash = try SHA256.hash(Array(runID.utf8))
    }

    /// Writes one row inside the caller's transaction.
    public mutating func append(_ entry: AuditEntry, to connection: Connection) throws {
        let previous = hash
        sequence += 1
        hash = try SHA256.hash(encoding(entry, at: UTCText.string(entry.at), previous: previous))
        try connection.later(
            Self.insert,
            [
                .text(runID), .integer(sequence), .text(month), .time(entry.at), .text(actor.rawValue),
                .text(entry.event.rawValue), .text(entry.keyID), .text(entry.tenantID), .text(entry.provider),
                .text(entry.keyPrefix), .text(entry.finding?.rawValue), .integer(entry.httpStatus),
                .text(entry.providerCode), .text(entry.requestID), .text(entry.details), .blob(previous), .blob(hash),
            ])
    }

    private static let insert = BatchStatement.insert(
        into: "audit_entry",
        [
            ("run_id", .text), ("seq", .integer), ("run_month", .text), ("at", .time), ("actor", .text),
            ("event", .text), ("key_id", .text), ("tenant_id", .text), ("provider", .text), ("key_prefix", .text),
            ("finding", .text), ("http_status", .integer), ("provider_code", .text), ("request_id", .text),
            ("details", .text), ("previous_hash", .blob), ("hash", .blob),
        ])

    /// Previous hash ‖ every column as 4-byte big-endian length ‖ UTF-8; an absent one is the length 0xFFFFFFFF alone.
    private func encoding(_ entry: AuditEntry, at: String, previous: [UInt8]) -> [UInt8] {
        var bytes = previous
        bytes.reserveCapacity(512)
        for field in [
            runID, String(sequence), month, at, actor.rawValue, entry.event.rawValue, entry.keyID, entry.tenantID,
            entry.provider, entry.keyPrefix, entry.finding?.rawValue, entry.httpStatus.map { String($0) },
            entry.providerCode, entry.requestID, entry.details,
        ] {
            if let field { bytes.appendLengthPrefixed(field) } else { bytes.append(contentsOf: [255, 255, 255, 255]) }
        }
        return bytes
    }
}
