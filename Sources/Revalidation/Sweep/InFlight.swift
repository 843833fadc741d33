internal import Secrets

/// A key on the wire. A class, as ``DueKey`` is one.
final class InFlight {
    let tag: Int
    let due: DueKey
    /// Where it came from and must be told to be back.
    let queue: ProviderQueue
    let facts: ProviderFacts
    let secret: SecretBytes
    /// The control that its answer has to wait for; nil: none.
    let control: ControlPoint?

    init(
        tag: Int, due: DueKey, queue: ProviderQueue, facts: ProviderFacts, secret: SecretBytes, control: ControlPoint?
    ) {
        self.tag = tag
        self.due = due
        self.queue = queue
        self.facts = facts
        self.secret = secret
        self.control = control
    }
}
