/// Ids that platforms give to tenants and scopes.
package enum Identifier {
    /// Whether `text` is 1 to 128 printable ASCII characters without spaces.
    package static func isValid(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}
