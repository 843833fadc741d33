internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

extension Explanation {
    /// All that the story is made of, as it was read at one time.
    struct Facts {
        let keyID: String
        var key: StoredKey?
        /// The catalogue's entry; nil for a provider that this program does not know.
        var provider: Provider?
        var isProviderOn = true
        /// Its check costs money, and that is not allowed.
        var isUnpaid = false
        var isBYOKOn = true
        /// The key's own audit rows, oldest first.
        var rows: [AuditLine] = []
        /// What happened to its provider meanwhile: breakers, releases, controls.
        var providerRows: [AuditLine] = []
        var mails: [ToldMail] = []
        /// Kinds of notices about it that no mail has told yet.
        var waitingNotices: [String] = []
        /// How the guard of its scope stands; nil where the key is gone.
        var guardState: GuardState?
        var timing = Timing()
        var now: Date

        /// The provider's name for people.
        var providerName: String { provider?.name ?? key?.provider ?? rows.last?.provider ?? "the provider" }

        /// The latest row of one of these events.
        func last(_ events: AuditEvent...) -> AuditLine? {
            rows.last { row in events.contains { $0.rawValue == row.event } }
        }
    }
}

extension AuditLine {
    func isAny(of events: AuditEvent...) -> Bool { events.contains { $0.rawValue == event } }

    /// What the finding behind it means for a key.
    var verdict: Verdict? { finding.flatMap(Finding.init)?.verdict }
}
