/// An address with an optional display name, for a From or To header (RFC 5322, 3.4).
package struct Mailbox: Sendable, Hashable {
    /// The display name; nil rather than empty.
    package let name: HeaderText?
    /// The address.
    package let address: MailAddress

    /// A mailbox of these parts.
    package init(_ address: MailAddress, name: HeaderText? = nil) {
        self.address = address
        self.name = name.flatMap { $0.text.isEmpty ? nil : $0 }
    }

    /// Reads `Name <name@host>`, `"Name" <name@host>` or `name@host`, as the setting `mail.from` holds it.
    ///
    /// - Throws: ``InvalidMailAddress``, or ``HeaderError`` for a display name that no header can hold.
    package init(parsing text: String) throws {
        guard text.last == ">", let open = text.lastIndex(of: "<") else {
            self.init(try MailAddress(text))
            return
        }
        let name = text[..<open].drop { $0 == " " }
        let address = text[text.index(after: open)...].dropLast()
        self.init(
            try MailAddress(String(address)), name: try HeaderText(Self.unquoted(name), field: "display name"))
    }

    private static func unquoted(_ name: Substring) -> String {
        var name = name
        while name.last == " " { name.removeLast() }
        if name.count > 1, name.first == "\"", name.last == "\"" { name = name.dropFirst().dropLast() }
        return String(name)
    }
}
