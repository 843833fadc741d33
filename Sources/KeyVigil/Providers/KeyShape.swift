/// What keys of a provider usually look like: a hint for people and the pattern of made-up keys. It decides no verdict.
public struct KeyShape: Sendable {
    /// The key type by which the guard counts; `standard` where the provider has one type only.
    public let type: String
    /// The public characters with which every such key begins.
    public let prefix: String
    /// A fixed text within the key, such as OpenAI's `T3BlbkFJ`; empty for most providers.
    public let infix: String
    /// The known lengths of the whole key, in characters.
    public let lengths: ClosedRange<Int>
    /// The characters of the secret part.
    public let alphabet: Alphabet

    /// A named set of characters.
    public enum Alphabet: String, Sendable, CaseIterable {
        /// 0-9 and a-f.
        case hex
        /// 0-9 and a-z.
        case lowercase
        /// 0-9, a-z and A-Z.
        case alphanumeric
        /// The same with _ and -.
        case word

        var characters: [UInt8] {
            let digits = Array("0123456789".utf8)
            let lower = Array("abcdefghijklmnopqrstuvwxyz".utf8)
            let upper = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
            return switch self {
            case .hex: digits + lower.prefix(6)
            case .lowercase: digits + lower
            case .alphanumeric: digits + lower + upper
            case .word: digits + lower + upper + Array("_-".utf8)
            }
        }
    }

    /// Whether the key has this shape.
    public func matches(_ key: UnsafeRawBufferPointer) -> Bool {
        guard lengths.contains(key.count), key.starts(with: prefix.utf8) else { return false }
        let allowed = Set(alphabet.characters + Array(infix.utf8))
        return key.dropFirst(prefix.utf8.count).allSatisfy(allowed.contains) && containsInfix(key)
    }

    private func containsInfix(_ key: UnsafeRawBufferPointer) -> Bool {
        let inner = Array(infix.utf8)
        guard !inner.isEmpty else { return true }
        return (0...max(0, key.count - inner.count)).contains { key[$0...].starts(with: inner) }
    }

    /// A random key of this shape that belongs to no tenant: for the negative control and for tests.
    ///
    /// It has the longest known length, or 40 where lengths are not fixed.
    public func madeUpKey(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        let length = lengths.upperBound <= 256 ? lengths.upperBound : max(40, lengths.lowerBound)
        let secret = length - prefix.utf8.count - infix.utf8.count
        let letters = alphabet.characters
        let random = (0..<max(0, secret)).map { _ in letters[Int.random(in: letters.indices, using: &generator)] }
        let middle = random.count / 2
        return Array(prefix.utf8) + random[..<middle] + Array(infix.utf8) + random[middle...]
    }
}
