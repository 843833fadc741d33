internal import Foundation
internal import Judgement

/// Parts of sentences that several subjects share.
enum Wording {
    /// A length of time: `45 min`, `24 h`, and from three days on `3 days`.
    static func span(_ seconds: TimeInterval) -> String {
        let days = (seconds / Timing.day).rounded()
        if seconds >= 3 * Timing.day, abs(days * Timing.day - seconds) < 3600 { return "\(Int(days)) days" }
        let hours = seconds / 3600
        return hours >= 1 ? "\(Int(hours.rounded())) h" : "\(Int((seconds / 60).rounded())) min"
    }

    /// A number with its noun: `1 key`, `4 keys`.
    static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// An ordinal number: `1st`, `2nd`, `3rd`, `4th`, `11th`.
    static func ordinal(_ number: Int) -> String {
        let isTeen = (11...13).contains(number % 100)
        switch isTeen ? 0 : number % 10 {
        case 1: return "\(number)st"
        case 2: return "\(number)nd"
        case 3: return "\(number)rd"
        default: return "\(number)th"
        }
    }

    /// The text with a capital letter at its beginning.
    static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// The name of a scope among its provider's: `standard`, `standard at api.example.com`.
    static func scope(_ keyType: String, _ host: String?) -> String { host.map { "\(keyType) at \($0)" } ?? keyType }

    /// The parts that there are, with a separator between them.
    static func list(_ parts: [String?], by separator: String = ", ") -> String {
        parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: separator)
    }
}
