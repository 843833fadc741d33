public import Database
public import Foundation
internal import KeyVigil
public import Secrets

/// Checks a store of either engine, and what providers, relays and terminals received, against every ``Invariant``,
/// after any campaign.
///
/// It judges by rows, logs and mails alone. Of the product's code it uses only what reads rows, opens keys and verifies
/// the audit log.
public struct Inspection: Sendable {
    /// A mail that a server accepted, or that lies in the mail directory.
    public struct Delivered: Sendable {
        let messageID: String
        let recipients: [String]
        let content: String

        /// One delivered copy; every copy of a mail is passed to the inspection.
        ///
        /// - Parameter content: with its header fields, from which the Message-ID is taken.
        public init(to recipients: [String], content: String) {
            (self.recipients, self.content) = (recipients, content)
            messageID =
                content.split(separator: "\r\n").first { $0.lowercased().hasPrefix("message-id: ") }
                .map { $0.dropFirst("message-id: ".count).filter { !"<>".contains($0) } } ?? ""
        }
    }

    let database: Database
    /// The ring that opens the store's keys.
    public var ring: KeyRing
    /// How often a provider was asked about a key; nil where that was not counted.
    public var asked: (@Sendable (_ provider: String, _ secret: String) async -> Int)?
    /// Every copy that was delivered; nil where that was not recorded.
    public var delivered: [Delivered]?
    /// The output of the programs.
    public var printed: [String] = []
    /// Paths of the store's files.
    public var files: [String] = []
    /// How many results each key must have; nil for any number.
    public var resultsAKey: Int?
    /// The latest time of any runner, for SQLite, which has no clock of its own.
    public var now = Date()
    /// Whether all runners have ended.
    public var isQuiet = true

    /// An inspection of a store; the ring opens its keys.
    public init(of database: Database, ring: KeyRing) {
        self.database = database
        self.ring = ring
    }

    /// All violations, in order of the invariants.
    ///
    /// - Throws: `DatabaseError` where the store cannot be read.
    public func violations() async throws -> [Violation] {
        let facts = try await database.read { try StoreFacts($0, now: now) }
        let stories = facts.stories()
        var found = facts.violations(of: stories, resultsAKey: resultsAKey)
        found += try await unasked(facts, stories)
        found += facts.mailViolations(delivered)
        found += facts.capViolations()
        found += try await database.read { try AuditVerification.ofLog(in: $0) }.faults.map { fault in
            Violation(.chained, "run \(fault.runID), row \(fault.sequence): \(fault.sentence)")
        }
        found += try await leaks(facts)
        found += facts.leaseViolations(isQuiet: isQuiet)
        return found.sorted { $0.invariant.rawValue < $1.invariant.rawValue }
    }

    /// Copies of mails beyond the first.
    public var extraMails: Int { (delivered?.count ?? 0) - Set((delivered ?? []).map(\.messageID)).count }
}
