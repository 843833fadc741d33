public import Database
public import Foundation
internal import KeyVigil
public import Secrets

/// The one checker of all campaigns: holds a store of either engine, and what the world outside saw of it, against every
/// ``Invariant``.
///
/// It stands on rows, logs and mails alone; of the product's code it uses what reads a row, what opens a key and what
/// verifies the audit log.
public struct Inspection: Sendable {
    /// A mail that a server accepted, or that lies in the mail directory.
    public struct Delivered: Sendable {
        let messageID: String
        let recipients: [String]
        let content: String

        /// One copy; each copy of a mail is given.
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
    /// Opens its keys.
    public var ring: KeyRing
    /// How often a provider was asked about a key; nil: nobody knows.
    public var asked: (@Sendable (_ provider: String, _ secret: String) async -> Int)?
    /// Every copy that was delivered; nil: nobody knows.
    public var delivered: [Delivered]?
    /// What programs printed.
    public var printed: [String] = []
    /// Files that the store is kept in.
    public var files: [String] = []
    /// How many results each key has; nil: any number.
    public var resultsAKey: Int?
    /// The latest time that a runner had, where the store has no clock of its own.
    public var now = Date()
    /// Whether all runners have ended.
    public var isQuiet = true

    /// An inspection of a store; the ring opens its keys.
    public init(of database: Database, ring: KeyRing) { (self.database, self.ring) = (database, ring) }

    /// Everything that does not hold, in order of the invariants.
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
