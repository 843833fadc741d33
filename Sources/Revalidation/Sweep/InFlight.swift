internal import Secrets

/// A key whose request is on the wire. A class, like ``DueKey``, so that no copies of its texts are counted.
final class InFlight {
    let tag: Int
    let due: DueKey
    /// The queue that the key came from; it is told when the request has ended.
    let queue: ProviderQueue
    let facts: ProviderFacts
    let secret: SecretBytes
    /// The control that the answer has to wait for; nil where it needs none.
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
