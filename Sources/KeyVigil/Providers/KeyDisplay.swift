/// How much of a key people may see: what is stored beside the ciphertext.
///
/// Prefix and hint together show at most a quarter of the key; keys under 16 characters show nothing, and keys without
/// a public beginning at most 4 characters of it.
public struct KeyDisplay: Sendable, Equatable {
    /// The beginning; the only part of a key that audit rows hold.
    public let prefix: String
    /// What the tenant sees: the prefix and `…`, or `…` and the last four.
    public let hint: String

    /// Which end of the key the hint shows.
    public enum Hint: String, Sendable, Codable, CaseIterable {
        /// The beginning.
        case prefix
        /// The last four characters.
        case last4
    }

    /// The settings `display.prefix_length` and `display.hint`.
    public struct Settings: Sendable, Equatable {
        /// 4 to 8.
        public let prefixLength: Int
        /// Which end the hint shows.
        public let hint: Hint

        /// Lengths outside 4…8 are moved to the nearer end.
        public init(prefixLength: Int = 8, hint: Hint = .prefix) {
            self.prefixLength = min(max(prefixLength, 4), 8)
            self.hint = hint
        }
    }

    /// What may be shown of `key`. Without room for the last four (under 32 characters) the hint is the prefix.
    public init(of key: UnsafeRawBufferPointer, shapes: [KeyShape], settings: Settings = Settings()) {
        guard key.count >= 16, key.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            prefix = ""
            hint = ""
            return
        }
        let quarter = key.count / 4
        let hasPublicBeginning = shapes.contains { !$0.prefix.isEmpty && key.starts(with: $0.prefix.utf8) }
        let longest = min(settings.prefixLength, hasPublicBeginning ? 8 : 4)
        let showsLast = settings.hint == .last4 && quarter >= 8
        let shown = String(decoding: key.prefix(min(longest, showsLast ? quarter - 4 : quarter)), as: UTF8.self)
        prefix = shown
        hint = showsLast ? "…" + String(decoding: key.suffix(4), as: UTF8.self) : shown + "…"
    }
}
