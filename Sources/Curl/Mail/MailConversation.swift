/// How far one delivery has come, seen from what goes over the wire, and what that means when it ends.
struct MailConversation {
    /// The last thing sent.
    enum Step: Comparable {
        /// Connecting, greeting, EHLO, STARTTLS, AUTH and MAIL: nothing in it is about the message.
        case session
        /// RCPT and DATA: the recipient and the message are on trial.
        case recipient
        /// The message, but not all of it.
        case body
        /// The whole message; only the final reply is missing.
        case handedOver
    }

    private(set) var step = Step.session
    private var isLeaving = false
    private(set) var reply = ""
    private(set) var lastActivity = ContinuousClock.now

    /// Notes a command that libcurl sends. It may hold credentials: only its verb is looked at.
    mutating func sent(_ command: UnsafeRawBufferPointer) {
        lastActivity = .now
        if command.starts(with: Self.recipientVerb) { step = .recipient }
        if command.starts(with: Self.farewell) { isLeaving = true }
    }

    private static let recipientVerb = Array("RCPT ".utf8)
    private static let farewell = Array("QUIT".utf8)

    /// Notes a line of the relay. Of a reply in several lines the last one counts; the answer to QUIT does not.
    mutating func received(_ line: UnsafeRawBufferPointer) {
        lastActivity = .now
        if !isLeaving { reply = Self.printable(line.dropFirst(4)) }
    }

    /// Notes that libcurl took a part of the message, or (nothing left) has all of it and sends the final dot.
    mutating func handedOver(_ count: Int) {
        lastActivity = .now
        step = count == 0 ? .handedOver : .body
    }

    /// What a delivery that ended with this reply code has become. `failure` describes libcurl's view of it.
    func delivery(isSuccess: Bool, code: Int, failure: String) -> Delivery {
        if isSuccess { return .accepted(reply: reply) }
        // A lost final reply leaves the code of DATA (354) or none (0).
        let isRefusal = (400...599).contains(code)
        if step == .handedOver, !isRefusal { return .inDoubt(reason: failure) }
        // 421 is about the connection, whatever it answers.
        guard step >= .recipient, isRefusal, code != 421 else {
            return .relayUnavailable(reason: isRefusal ? "\(failure) (the relay said \(code))" : failure)
        }
        return code < 500 ? .deferred(code: code, reply: reply) : .refused(code: code, reply: reply)
    }

    /// Printable ASCII, at most 200 characters.
    private static func printable(_ text: some Sequence<UInt8>) -> String {
        let line = text.prefix(200).filter { $0 != 0x0D && $0 != 0x0A }
        return String(decoding: line.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
