/// How far one delivery has come, as the commands and replies on the wire show it, and what its end means.
package struct SMTPConversation {
    /// The last thing sent.
    package enum Step: Comparable {
        /// Connecting, greeting, EHLO, STARTTLS, AUTH and MAIL: nothing in it is about the message.
        case session
        /// RCPT and DATA: the relay judges the recipient and the message.
        case recipient
        /// The message, but not all of it.
        case body
        /// The whole message; only the final reply is missing.
        case handedOver
    }

    package private(set) var step = Step.session
    package private(set) var lastActivity = ContinuousClock.now
    private var reply = ""
    private var isQuitting = false

    package init() {}

    /// Records a command that the client sends. Only its verb is read: it may hold credentials.
    package mutating func sent(_ command: some Collection<UInt8>) {
        lastActivity = .now
        if command.starts(with: "RCPT ".utf8) { step = .recipient }
        if command.starts(with: "QUIT".utf8) { isQuitting = true }
    }

    /// Records a line of the relay. The last line of a reply counts, and the reply to QUIT does not.
    package mutating func received(_ line: some Collection<UInt8>) {
        lastActivity = .now
        if !isQuitting { reply = Self.printable(line.dropFirst(4)) }
    }

    /// Records that the client took `count` octets of the message; 0 when it has all of it and sends the final dot.
    package mutating func sentMessage(octets count: Int) {
        lastActivity = .now
        step = count == 0 ? .handedOver : .body
    }

    /// What became of the message, from the last reply code of the conversation.
    ///
    /// - Parameter failure: the client's own description, for an end that no reply explains.
    package func delivery(isSuccess: Bool, code: Int, failure: String) -> Delivery {
        if isSuccess { return .accepted(reply: reply) }
        // Without a final reply, the code is that of DATA (354) or 0.
        let isRefusal = (400...599).contains(code)
        if step == .handedOver, !isRefusal { return .inDoubt(reason: failure) }
        // 421 closes the connection, whichever command it answers (RFC 5321, 3.8).
        guard step >= .recipient, isRefusal, code != 421 else {
            return .relayUnavailable(reason: isRefusal ? "\(failure) (the relay said \(code))" : failure)
        }
        return code < 500 ? .deferred(code: code, reply: reply) : .refused(code: code, reply: reply)
    }

    /// At most 200 octets of the line without its end; `?` for each octet that is not printable ASCII.
    private static func printable(_ text: some Sequence<UInt8>) -> String {
        let line = text.prefix(200).filter { $0 != 0x0D && $0 != 0x0A }
        return String(decoding: line.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
