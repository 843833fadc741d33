internal import Foundation
internal import Vocabulary

/// How good a usable key is beside others of its scope: the smallest rank is used. The view `usable_key` orders alike.
struct KeyRank: Comparable, Sendable {
    /// What the last answers said, best first. Unchecked: never, or nothing that proves anything.
    enum Health: Int, Sendable { case valid, restricted, exhausted, unchecked, refused }

    /// Suspected, or past its own expiry date.
    let isDoubtful: Bool
    let isDefault: Bool
    let health: Health
    /// The last known alive answer.
    let confirmedAt: Date?
    let keyID: String

    init(_ key: StoredKey, now: Date) {
        isDoubtful = key.health.suspicion != nil || key.isPastItsEnd(now)
        isDefault = key.isDefault
        health = Health(key.health)
        confirmedAt = key.health.confirmedAt
        keyID = key.id
    }

    static func < (one: KeyRank, other: KeyRank) -> Bool { one.order < other.order }

    private var order: (Int, Int, Int, TimeInterval, String) {
        let age = -(confirmedAt ?? .distantPast).timeIntervalSinceReferenceDate
        return (isDoubtful ? 1 : 0, isDefault ? 0 : 1, health.rawValue, age, keyID)
    }

    /// What this one has before the next.
    func advantage(over next: KeyRank) -> String {
        if isDoubtful != next.isDoubtful { return "the only one that nothing speaks against" }
        if isDefault != next.isDefault { return "its default" }
        if health != next.health { return "the healthiest" }
        return confirmedAt == next.confirmedAt ? "the first by id, none being better" : "the most recently confirmed"
    }
}

extension KeyRank.Health {
    fileprivate init(_ health: KeyHealth) {
        // Not every probe sees credit: a valid answer alone does not end an episode without it.
        guard health.exhaustedSince == nil else {
            self = .exhausted
            return
        }
        switch health.lastFinding {
        case .valid: self = .valid
        case .restricted: self = .restricted
        case .some(let finding) where finding.verdict == .dead: self = .refused
        default: self = .unchecked
        }
    }
}

extension KeyHealth {
    /// The last alive answer, as far as the store tells: where a refusal came after it, to the day.
    fileprivate var confirmedAt: Date? {
        suspicion != nil || lastFinding?.verdict == .dead ? aliveAt : lastConclusiveAt
    }
}
