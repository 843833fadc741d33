import Mail
import TestSupport
import Testing

@Suite("One grammar of mail addresses")
struct MailAddressTests {
    @Test(
        "A plain address is accepted; an international domain becomes its xn-- form", arguments: AddressSamples.accepted
    )
    func accepted(text: String, address: String) throws {
        #expect(try MailAddress(text).text == address)
    }

    @Test("The ASCII form of an address is an address and stays as it is", arguments: AddressSamples.accepted.values)
    func stable(address: String) throws {
        #expect(try MailAddress(address).text == address)
    }

    @Test("Any other text is refused with its fault", arguments: AddressSamples.refused)
    func refused(text: String, fault: InvalidMailAddress) {
        #expect(throws: fault) { try MailAddress(text) }
    }

    @Test("A refusal says what to write and does not repeat the text", arguments: AddressSamples.refused)
    func refusalText(text: String, fault: InvalidMailAddress) {
        #expect(fault.description.hasPrefix("mail address refused: "))
        #expect(fault.description.hasSuffix("; write it as name@example.com"))
        #expect(text.count < 3 || !fault.description.contains(text))
    }

    @Test("An address stands in a header as it is", arguments: AddressSamples.accepted)
    func header(text: String, address: String) throws {
        #expect(try ParsedMail(MailMessage.sample(to: text).bytes).header("To") == address)
    }

    @Test("A mailbox in a setting has the same grammar", arguments: AddressSamples.refused)
    func mailbox(text: String, fault: InvalidMailAddress) {
        #expect(throws: InvalidMailAddress.self) { try Mailbox(parsing: "Keys <\(text)>") }
    }

    @Test(
        "A mailbox in a setting may have a display name",
        arguments: [
            ("keys@platform.example", nil), ("Keys <keys@platform.example>", "Keys"),
            ("\"Keys, Inc.\" <keys@platform.example>", "Keys, Inc."), ("<keys@platform.example>", nil),
        ] as [(String, String?)])
    func displayName(setting: String, name: String?) throws {
        let mailbox = try Mailbox(parsing: setting)
        #expect(mailbox.address.text == "keys@platform.example")
        #expect(mailbox.name?.text == name)
    }
}
