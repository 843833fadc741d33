internal import Foundation
internal import Vocabulary

/// The order of preference among the usable keys of a scope: the key with the smallest rank is used. The view
/// `usable_key` has the same order.
struct KeyRank: Comparable, Sendable {
    /// What the last answers showed, best first. `unchecked`: the key was never probed, or no answer was conclusive.
    enum Health: Int, Sendable { case valid, restricted, exhausted, unchecked, refused }

    /// Whether the key is suspected or its expiry date has passed.
    let isDoubtful: Bool
    let isDefault: Bool
    let health: Health
    /// When the last known alive answer came.
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

    /// Why this key is preferred to the next, as a part of a sentence.
    func advantage(over next: KeyRank) -> String {
        if isDoubtful != next.isDoubtful { return "the only one that nothing speaks against" }
        if isDefault != next.isDefault { return "its default" }
        if health != next.health { return "the healthiest" }
        return confirmedAt == next.confirmedAt ? "the first by id, none being better" : "the most recently confirmed"
    }
}

extension KeyRank.Health {
    fileprivate init(_ health: KeyHealth) {
        // Not every probe can see credit: a valid answer alone does not end an episode without credit.
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
    /// When the last alive answer came. Where a refusal followed, it is `aliveAt`, which may be a day older.
    fileprivate var confirmedAt: Date? {
        suspicion != nil || lastFinding?.verdict == .dead ? aliveAt : lastConclusiveAt
    }
}
