internal import Foundation
package import Judgement
package import KeyVigil
package import Vocabulary

/// A key whose suspicion a dead answer of this run confirmed; the guard decides whether it is disabled or held.
package struct Candidate: Sendable {
    /// The key as it was read before the probe.
    package var key: StoredKey
    /// The key's health after the probe. The store holds the same unless another process has changed the key since.
    package var health: KeyHealth
    /// The answer that confirmed the suspicion.
    package var observation: Observation
    /// The result of the negative control that belongs to the answer.
    package var control: ControlOutcome

    /// The scope in which the guard counts the key.
    var scope: GuardScope { GuardScope(key, health) }
}
