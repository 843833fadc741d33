/// A mail address with an optional display name, for a From or To header.
///
/// Stricter than RFC 5322 on purpose: ASCII only, no quoted local part, no comment, no address literal. Whatever passes
/// can stand between angle brackets in a header or an SMTP command and mean nothing else.
package struct Mailbox: Sendable, Hashable {
    /// The display name, where there is one.
    package let name: HeaderText?
    /// The address, `name@host`.
    package let address: String

    /// Refuses an address that is not plainly `name@host`; international domains are written as `xn--…`.
    package init(address: String, name: HeaderText? = nil) throws(HeaderError) {
        try Self.check(address)
        self.address = address
        self.name = name.flatMap { $0.text.isEmpty ? nil : $0 }
    }

    /// Reads `Name <name@host>`, `"Name" <name@host>` or `name@host`, as the setting `mail.from` holds it.
    package init(parsing text: String) throws(HeaderError) {
        guard text.last == ">", let open = text.lastIndex(of: "<") else {
            try self.init(address: text)
            return
        }
        let name = text[..<open].drop { $0 == " " }
        let address = text[text.index(after: open)...].dropLast()
        try self.init(address: String(address), name: HeaderText(Self.unquoted(name), field: "display name"))
    }

    private static func unquoted(_ name: Substring) -> String {
        var name = name
        while name.last == " " { name.removeLast() }
        if name.count > 1, name.first == "\"", name.last == "\"" { name = name.dropFirst().dropLast() }
        return String(name)
    }

    private static func check(_ address: String) throws(HeaderError) {
        guard address.utf8.count <= 254 else { throw .notAnAddress(reason: "longer than 254 characters") }
        let parts = address.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .notAnAddress(reason: "it needs exactly one @") }
        guard isLocalPart(parts[0]) else { throw .notAnAddress(reason: "the part before @ is not a plain name") }
        guard isHost(parts[1]) else { throw .notAnAddress(reason: "the part after @ is not a host name") }
    }

    private static func isLocalPart(_ part: Substring.UTF8View) -> Bool {
        part.count <= 64
            && part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.allSatisfy(isAtomByte)
            }
    }

    private static func isHost(_ part: Substring.UTF8View) -> Bool {
        part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            let hyphen = UInt8(ascii: "-")
            return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                && label.allSatisfy { isAlphanumeric($0) || $0 == hyphen }
        }
    }

    /// RFC 5322 `atext`.
    private static func isAtomByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
