internal import Foundation
internal import Vocabulary

/// A stored key that `resolve` may choose: what prevents its use, and how it ranks.
struct CandidateKey: Sendable {
    /// Why a key is not used.
    enum Obstacle: Sendable, Equatable {
        case disabled(after: Finding)
        case disabledByOperator
        case revoked
        case undecryptable
        case exhausted
        /// The operator disabled the provider, or the catalogue does not list it as live.
        case providerDisabled
    }

    let key: StoredKey
    let obstacle: Obstacle?
    let rank: KeyRank
    private let isPastItsEnd: Bool

    /// - Parameters:
    ///   - isLive: whether its provider is live in the catalogue and enabled.
    ///   - skipsExhausted: whether a key without credit is skipped (`policy.exhausted: skip`).
    init(_ key: StoredKey, isLive: Bool, skipsExhausted: Bool, now: Date) {
        self.key = key
        obstacle = Obstacle(key.health, isLive: isLive, skipsExhausted: skipsExhausted)
        rank = KeyRank(key, now: now)
        isPastItsEnd = key.isPastItsEnd(now)
    }

    /// The doubt about a key that is used nevertheless, as the end of a sentence; empty where there is none.
    var caveat: String {
        if key.health.suspicion != nil { return ", although its provider refused it and that is not yet confirmed" }
        return isPastItsEnd ? ", although its expiry date has passed" : ""
    }
}

extension CandidateKey.Obstacle {
    fileprivate init?(_ health: KeyHealth, isLive: Bool, skipsExhausted: Bool) {
        switch health.state {
        case .revoked: self = .revoked
        case .disabled(let disabling):
            self = disabling.finding.map { .disabled(after: $0) } ?? .disabledByOperator
        case .active where !isLive: self = .providerDisabled
        case .active where health.lastFinding == .undecryptable: self = .undecryptable
        case .active where health.exhaustedSince != nil && skipsExhausted: self = .exhausted
        case .active: return nil
        }
    }

    /// What makes the key usable again, as the text after "until". A new secret does not enable a key that an
    /// operator disabled or revoked (ruling 31).
    var remedy: String {
        switch self {
        case .disabled, .undecryptable: "the tenant updates or removes the key"
        case .disabledByOperator: "an operator enables the key, or the tenant removes it"
        case .revoked: "the tenant removes the key and adds a new one"
        case .exhausted: "the tenant adds credit"
        case .providerDisabled: "the operator enables the provider"
        }
    }

    /// The obstacle as the text after "the key is".
    var words: String {
        switch self {
        case .disabled(let finding): "disabled since its provider refused it (\(finding.rawValue))"
        case .disabledByOperator: "disabled by an operator"
        case .revoked: "revoked"
        case .undecryptable: "unreadable, as its ciphertext does not open"
        case .exhausted: "out of credit"
        case .providerDisabled: "of a provider that is disabled here"
        }
    }
}

extension StoredKey {
    /// Whether the key's known expiry date has passed.
    func isPastItsEnd(_ now: Date) -> Bool { expiresAt.map { $0 <= now } ?? false }
}
