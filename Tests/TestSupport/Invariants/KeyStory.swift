internal import Database
internal import Foundation
internal import KeyVigil
import Vocabulary

/// The state of one key as its audit rows imply it, computed row by row.
struct KeyStory: Sendable {
    let keyID: String
    private(set) var isDeleted = false
    private(set) var status = KeyStatus.active
    private(set) var disabling: (isByJob: Bool, at: Date)?
    private(set) var suspectedSince: Date?
    private(set) var isExhausted = false
    private(set) var version = 1
    private(set) var unknownCount = 0
    private(set) var lastFinding: Finding?
    /// Time of the last `key.probed` row; nil where none follows the key's addition or last replacement.
    private(set) var lastCheckedAt: Date?
    private(set) var results = 0
    /// Results with an HTTP status, so that the provider has answered.
    private(set) var answers = 0
    /// Notices that must exist because of its changes, as kind and episode.
    private(set) var owed: [String] = []
    private(set) var violations: [Violation] = []
    private var lastJobResultAt: Date?

    init(_ keyID: String) { self.keyID = keyID }

    mutating func take(_ row: StoreFacts.AuditFact) {
        switch row.event {
        case .keyAdded: accept(row)
        case .keyReplaced: replace(row)
        case .keyProbed: probe(row)
        case .keySuspected:
            require(status == .active && suspectedSince == nil, row)
            suspectedSince = row.at
        case .keyCleared:
            require(status == .active && suspectedSince != nil, row)
            becomeActive()
        case .keyHeld: require(status == .active && suspectedSince != nil, row)
        case .keyDisabled: disable(row)
        case .keyRecovered:
            require(status == .disabled && disabling?.isByJob == true, row)
            owe("key_works_again", disabling?.at)
            becomeActive()
        case .keyEnabled: becomeActive()
        case .keyRevoked:
            status = .revoked
            disabling = nil
            suspectedSince = nil
        case .keyDeleted: isDeleted = true
        case .recoveryEnded: owe("key_given_up", disabling?.at)
        case .keyExhausted:
            require(!isExhausted, row)
            isExhausted = true
            owe("out_of_credit", row.at)
        case .creditRestored:
            require(isExhausted, row)
            isExhausted = false
        default: break
        }
    }

    private mutating func accept(_ row: StoreFacts.AuditFact) {
        lastFinding = row.finding
        isExhausted = row.finding == .exhausted
    }

    private mutating func replace(_ row: StoreFacts.AuditFact) {
        version += 1
        suspectedSince = nil
        lastCheckedAt = nil
        accept(row)
        if disabling?.isByJob != false { becomeActive() }
    }

    private mutating func probe(_ row: StoreFacts.AuditFact) {
        results += 1
        if row.hasStatus { answers += 1 }
        if row.isByJob {
            // A probe by `keys test` has no lease: only the job's results are compared.
            if let before = lastJobResultAt, row.runStartedAt < before {
                violations.append(
                    Violation(.oneResultACheck, "key \(keyID): run \(row.run) stored a result beside another run's"))
            }
            lastJobResultAt = row.at
        }
        lastCheckedAt = row.at
        lastFinding = row.finding
        unknownCount = row.finding?.verdict == .unknown ? unknownCount + 1 : 0
    }

    private mutating func disable(_ row: StoreFacts.AuditFact) {
        if row.isByJob {
            require(status == .active && suspectedSince != nil, row)
            owe("key_disabled", row.at)
        }
        status = .disabled
        disabling = (isByJob: row.isByJob, at: row.at)
        suspectedSince = nil
    }

    private mutating func becomeActive() {
        status = .active
        disabling = nil
        suspectedSince = nil
        unknownCount = 0
    }

    private mutating func owe(_ kind: String, _ episode: Date?) {
        owed.append("\(kind) \(UTCText.string(episode ?? .distantPast))")
    }

    /// Notes a violation unless the row is a change: it then records a change twice, or one that did not happen.
    private mutating func require(_ isChange: Bool, _ row: StoreFacts.AuditFact) {
        guard !isChange else { return }
        violations.append(
            Violation(.oneRowAChange, "key \(keyID): \(row.event.rawValue) of run \(row.run) changed nothing"))
    }
}
