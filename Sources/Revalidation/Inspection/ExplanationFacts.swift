internal import Foundation
internal import Judgement
internal import KeyVigil

extension Explanation {
    /// The facts that an explanation is made from, read in one snapshot.
    struct Facts {
        let keyID: String
        var key: StoredKey?
        /// The catalogue's entry; nil for a provider that this program does not know.
        var provider: Provider?
        var isProviderOn = true
        /// Whether its probe costs money and the settings do not allow that.
        var isUnpaid = false
        var isBYOKOn = true
        /// The key's own audit rows, oldest first.
        var rows: [AuditLine] = []
        /// Rows about its provider in the same time: breakers, releases, controls.
        var providerRows: [AuditLine] = []
        var mails: [ToldMail] = []
        /// Kinds of notices about it that are in no mail yet.
        var waitingNotices: [NoticeKind] = []
        /// State of the guard in its scope; nil where the key was deleted.
        var guardState: GuardState?
        var timing = Timing()
        var now: Date

        /// The provider's name for people.
        var providerName: String { provider?.name ?? key?.provider ?? rows.last?.provider ?? "the provider" }

        /// The latest of the key's rows with one of these events.
        func last(_ events: AuditEvent...) -> AuditLine? {
            rows.last { row in events.contains { row.isAny(of: $0) } }
        }
    }
}
