internal import Foundation

/// One row of the table of campaigns: what was injected into what, how often, and what was found.
///
/// `| campaign | engine | injected | times | lost | double | gaps | other breaches | extra mails |`
public struct CampaignRow {
    private let campaign: String
    private let engine: String
    private let injected: String
    private var found: [Invariant: Int] = [:]
    /// How many faults were injected.
    public var times = 0
    /// Copies of mails beyond the first.
    public var extraMails = 0
    /// Losses that the test has seen and an ``Inspection`` of the store cannot.
    public var lost = 0

    /// A row without findings.
    public init(_ campaign: String, isOnServer: Bool, injected: String) {
        self.campaign = campaign
        self.injected = injected
        engine = isOnServer ? "PostgreSQL" : "SQLite"
    }

    /// Counts the violations that an inspection found, and copies of mails beyond the first.
    public mutating func add(_ violations: [Violation], extraMails: Int = 0) {
        for violation in violations { found[violation.invariant, default: 0] += 1 }
        self.extraMails += extraMails
    }

    /// Prints the row on standard output; `note` follows the injected fault in parentheses.
    public func print(_ note: String? = nil) {
        let double = count(.oneRowAChange, .oneResultACheck)
        let other = count(.askedBeforeStored, .mailedAsOwed, .capped, .secret, .returned)
        let numbers = [times, lost + count(.stateFromAudit), double, count(.chained), other, extraMails]
        let cells = [campaign, engine, injected + (note.map { " (\($0))" } ?? "")] + numbers.map { Self.grouped($0) }
        Swift.print("| \(cells.joined(separator: " | ")) |")
        fflush(nil)
    }

    private func count(_ invariants: Invariant...) -> Int { invariants.reduce(0) { $0 + (found[$1] ?? 0) } }

    /// The number with commas between thousands: `10,000`.
    private static func grouped(_ number: Int) -> String {
        String(
            String(number).reversed().enumerated().flatMap { index, digit in
                index > 0 && index % 3 == 0 ? [",", digit] : [digit]
            }.reversed())
    }
}
