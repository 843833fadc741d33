/// What became of one message to one address.
///
/// Replies are the relay's text without the code: one line of printable ASCII, at most 200 characters.
package enum Delivery: Sendable, Equatable {
    /// The relay took responsibility for the message.
    case accepted(reply: String)
    /// The relay answered 4xx to this recipient or message: try again later.
    case deferred(code: Int, reply: String)
    /// The relay answered 5xx to this recipient or message: do not try again.
    case refused(code: Int, reply: String)
    /// The relay could not be used, and the message was not sent: pause the relay, and count no attempt for the message.
    case relayUnavailable(reason: String)
    /// The whole message was sent and the final reply was lost: the message may or may not arrive.
    case inDoubt(reason: String)
}
