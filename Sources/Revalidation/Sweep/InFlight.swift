internal import Secrets

/// A key on the wire. A class, as ``DueKey`` is one.
final class InFlight: Sendable {
    let tag: Int
    let due: DueKey
    let facts: ProviderFacts
    let secret: SecretBytes
    /// The control that its answer has to wait for; nil: none.
    let control: ControlPoint?

    init(tag: Int, due: DueKey, facts: ProviderFacts, secret: SecretBytes, control: ControlPoint?) {
        self.tag = tag
        self.due = due
        self.facts = facts
        self.secret = secret
        self.control = control
    }
}
