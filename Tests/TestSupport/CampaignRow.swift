internal import Foundation

/// One row of the table of campaigns: what was injected into what, how often, and what was found.
///
/// `| campaign | engine | injected | times | lost | double | gaps | other breaches | extra mails |`
public struct CampaignRow {
    private let campaign: String
    private let engine: String
    private let injected: String
    private var found: [Invariant: Int] = [:]
    /// How often it was injected.
    public var times = 0
    /// Copies of mails beyond the first.
    public var extraMails = 0
    /// What was lost that no store can show.
    public var lost = 0

    /// A row without findings yet.
    public init(_ campaign: String, isOnServer: Bool, injected: String) {
        (self.campaign, self.injected) = (campaign, injected)
        engine = isOnServer ? "PostgreSQL" : "SQLite"
    }

    /// Adds what an inspection found.
    public mutating func add(_ violations: [Violation], extraMails: Int = 0) {
        for violation in violations { found[violation.invariant, default: 0] += 1 }
        self.extraMails += extraMails
    }

    /// Prints it on standard output; `note` is what else was measured.
    public func print(_ note: String? = nil) {
        let double = count(.oneRowAChange, .oneResultACheck)
        let other = count(.askedBeforeStored, .mailedAsOwed, .capped, .secret, .returned)
        let numbers = [times, lost + count(.stateFromAudit), double, count(.chained), other, extraMails]
        let cells = [campaign, engine, injected + (note.map { " (\($0))" } ?? "")] + numbers.map { Self.grouped($0) }
        Swift.print("| \(cells.joined(separator: " | ")) |")
        fflush(nil)
    }

    private func count(_ invariants: Invariant...) -> Int { invariants.reduce(0) { $0 + (found[$1] ?? 0) } }

    /// `10,000`.
    private static func grouped(_ number: Int) -> String {
        String(
            String(number).reversed().enumerated().flatMap { index, digit in
                index > 0 && index % 3 == 0 ? [",", digit] : [digit]
            }.reversed())
    }
}
