import Mail
import Testing

@Suite("What the end of an SMTP conversation means for its message")
struct SMTPConversationTests {
    private static func conversation(upTo step: SMTPConversation.Step, reply: String = "") -> SMTPConversation {
        var conversation = SMTPConversation()
        conversation.sent("MAIL FROM:<a@b.example>\r\n".utf8)
        if step >= .recipient { conversation.sent("RCPT TO:<c@d.example>\r\n".utf8) }
        if step >= .body { conversation.sentMessage(octets: 10) }
        if step >= .handedOver { conversation.sentMessage(octets: 0) }
        conversation.received("\(reply)\r\n".utf8)
        return conversation
    }

    @Test(
        "A refusal is about the message only from RCPT on, and 421 never",
        arguments: [
            (.session, 550, .relayUnavailable(reason: "lost (the relay said 550)")),
            (.session, 0, .relayUnavailable(reason: "lost")),
            (.recipient, 450, .deferred(code: 450, reply: "4.2.0 words")),
            (.recipient, 550, .refused(code: 550, reply: "4.2.0 words")),
            (.recipient, 421, .relayUnavailable(reason: "lost (the relay said 421)")),
            (.body, 354, .relayUnavailable(reason: "lost")),
            (.handedOver, 354, .inDoubt(reason: "lost")), (.handedOver, 0, .inDoubt(reason: "lost")),
            (.handedOver, 421, .relayUnavailable(reason: "lost (the relay said 421)")),
            (.handedOver, 452, .deferred(code: 452, reply: "4.2.0 words")),
            (.handedOver, 554, .refused(code: 554, reply: "4.2.0 words")),
        ] as [(SMTPConversation.Step, Int, Delivery)])
    func failure(step: SMTPConversation.Step, code: Int, delivery: Delivery) {
        let conversation = Self.conversation(upTo: step, reply: "\(code) 4.2.0 words")
        #expect(conversation.delivery(isSuccess: false, code: code, failure: "lost") == delivery)
    }

    @Test("The reply is the last line before QUIT, printable and at most 200 characters")
    func reply() {
        var conversation = Self.conversation(upTo: .handedOver, reply: "250-first line")
        conversation.received(Array("250 last \u{1B}".utf8) + [UInt8](repeating: 0x78, count: 300))
        conversation.sent("QUIT\r\n".utf8)
        conversation.received("221 bye\r\n".utf8)
        let reply = "last ?" + String(repeating: "x", count: 194)
        #expect(conversation.delivery(isSuccess: true, code: 250, failure: "") == .accepted(reply: reply))
    }
}
