/// The part of a key that people may see. It is stored in clear beside the ciphertext.
///
/// Prefix and hint together show at most a quarter of the key. Of keys under 16 characters they show nothing, and of keys
/// without a public beginning at most 4 characters from the start.
public struct KeyDisplay: Sendable, Equatable {
    /// The first characters; the only part of a key that audit rows hold.
    public let prefix: String
    /// What the tenant sees: the prefix and `…`, or `…` and the last four characters.
    public let hint: String

    /// The end of the key that the hint shows.
    public enum Hint: String, Sendable, Codable, CaseIterable {
        /// The first characters.
        case prefix
        /// The last four characters.
        case last4
    }

    /// The settings `display.prefix_length` and `display.hint`.
    public struct Settings: Sendable, Equatable {
        /// The most characters that the prefix has: 4 to 8.
        public let prefixLength: Int
        /// The end of the key that the hint shows.
        public let hint: Hint

        /// The settings, within their bounds.
        ///
        /// - Parameters:
        ///   - prefixLength: below 4 it becomes 4, above 8 it becomes 8.
        ///   - hint: the end of the key that the hint shows.
        public init(prefixLength: Int = 8, hint: Hint = .prefix) {
            self.prefixLength = min(max(prefixLength, 4), 8)
            self.hint = hint
        }
    }

    /// The part of `key` that may be shown; empty where the key holds bytes other than printable ASCII.
    ///
    /// A key under 32 characters is too short to show its last four, so its hint is the prefix.
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
