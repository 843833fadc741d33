internal import Foundation
public import KeyVigil

/// A key whose death was confirmed by a dead answer of this run; the guard decides what happens to it.
public struct Candidate: Sendable {
    /// The key as it was read before the probe.
    public var key: StoredKey
    /// Its health as the probe left it, which is what the store holds unless somebody changed it meanwhile.
    public var health: KeyHealth
    /// The answer that confirmed.
    public var observation: Observation
    /// How the made-up key beside it was answered.
    public var control: ControlOutcome

    /// What the guard keeps it under.
    var scope: GuardScope { GuardScope(key, health) }
}
