/// What became of one message to one address.
///
/// Replies are the relay's words without the code: one line of printable ASCII, at most 200 characters.
public enum Delivery: Sendable, Equatable {
    /// The relay took responsibility for the message.
    case accepted(reply: String)
    /// The relay said 4xx to this recipient or message: try again later.
    case deferred(code: Int, reply: String)
    /// The relay said 5xx to this recipient or message: it will not take it.
    case refused(code: Int, reply: String)
    /// Not this message's fault, and it was not sent: pause the relay and spend no attempt.
    case relayUnavailable(reason: String)
    /// The whole message was handed over and the final reply was lost: it may or may not arrive.
    case inDoubt(reason: String)
}
