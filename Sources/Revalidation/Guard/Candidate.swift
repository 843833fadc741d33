internal import Foundation
package import Judgement
package import KeyVigil
package import Vocabulary

/// A key whose death was confirmed by a dead answer of this run; the guard decides what happens to it.
package struct Candidate: Sendable {
    /// The key as it was read before the probe.
    package var key: StoredKey
    /// Its health as the probe left it, which is what the store holds unless somebody changed it meanwhile.
    package var health: KeyHealth
    /// The answer that confirmed.
    package var observation: Observation
    /// How the made-up key beside it was answered.
    package var control: ControlOutcome

    /// What the guard keeps it under.
    var scope: GuardScope { GuardScope(key, health) }
}
