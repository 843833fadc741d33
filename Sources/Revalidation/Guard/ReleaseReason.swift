internal import Foundation
internal import KeyVigil
internal import Vocabulary

/// An operator's reason for a release, as the audit log may hold it: printable, short, and without a word that may be
/// a key.
struct ReleaseReason {
    /// In Unicode scalars.
    static let longest = 200
    let text: String

    /// - Throws: `InvalidInput`, which says what to write instead.
    init(_ raw: String) throws(InvalidInput) {
        let trimmed = raw.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty else { throw InvalidInput("is empty; say why these refusals are true", of: .reason) }
        guard trimmed.unicodeScalars.count <= Self.longest else {
            throw InvalidInput("is longer than \(Self.longest) characters; say it shorter", of: .reason)
        }
        guard !Self.words(trimmed).contains(where: Self.mayBeKey) else {
            throw InvalidInput("holds a word that may be part of a key; say it without", of: .reason)
        }
        text = Printable(trimmed, limit: Self.longest).description
    }

    private static func words(_ text: String) -> [Substring] {
        text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    }

    /// Whether a word has 24 characters or more, or at least 8 that change twice between letters and digits. A ticket
    /// number such as `INC0012345` changes once and is allowed.
    private static func mayBeKey(_ word: Substring) -> Bool {
        let turns = zip(word, word.dropFirst()).count { $0.isNumber != $1.isNumber }
        return (word.count >= 8 && turns >= 2) || word.count >= 24
    }
}
