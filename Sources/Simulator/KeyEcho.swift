import KeyVigil

/// Replaces the key in recorded answers that repeat it: each shows as much of the key that was sent as the provider does.
enum KeyEcho {
    /// Where a provider's answer repeats the key: between `before` and `after`.
    private struct Place {
        let before: String
        let after: String
        let shown: @Sendable (String) -> String
    }

    private static let places: [String: Place] = [
        "openai": Place(before: "Incorrect API key provided: ", after: ". You can find", shown: masked),
        "google": Place(before: "api_key:", after: "'", shown: { $0 }),
        "deepseek": Place(before: "Your api key: ", after: " is invalid", shown: { "****" + $0.suffix(4) }),
    ]

    /// OpenAI shows the first 8 and the last 4 characters, and keys of up to 12 characters whole.
    private static func masked(_ key: String) -> String {
        key.count > 12 ? key.prefix(8) + String(repeating: "*", count: key.count - 12) + key.suffix(4) : key
    }

    /// The body of the answer to a request with `key`.
    static func body(of vector: AnswerVector, key: String) -> String {
        guard let place = places[vector.provider] else { return vector.body }
        let shown = place.shown(key).replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#)
        let pieces = vector.body.split(separator: place.before, omittingEmptySubsequences: false)
        let rest = pieces.dropFirst().map { piece in
            guard let end = piece.firstRange(of: place.after) else { return String(piece) }
            return shown + piece[end.lowerBound...]
        }
        return ([String(pieces[0])] + rest).joined(separator: place.before)
    }
}
