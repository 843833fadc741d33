import Foundation

/// Parses the end of a key's life as providers write it: ISO 8601, or GitHub's `2026-12-24 18:00:00 UTC` and
/// `2026-12-24 19:00:00 +0100`.
enum ExpiryText {
    private static let forms = [
        "yyyy-MM-dd'T'HH:mm:ssXXXXX", "yyyy-MM-dd'T'HH:mm:ss.SSSXXXXX", "yyyy-MM-dd HH:mm:ss 'UTC'",
        "yyyy-MM-dd HH:mm:ss xx",
    ]

    /// Nil for any other form, and for a time outside ``possible``.
    static func date(_ text: String) -> Date? {
        let reader = DateFormatter()
        reader.locale = Locale(identifier: "en_US_POSIX")
        reader.timeZone = TimeZone(secondsFromGMT: 0)
        reader.isLenient = false
        for form in forms {
            reader.dateFormat = form
            if let date = reader.date(from: text), possible.contains(date) { return date }
        }
        return nil
    }

    /// The years 2000 to 2199, UTC: a time outside is taken for an error.
    static let possible =
        Date(timeIntervalSince1970: 946_684_800)...Date(timeIntervalSince1970: 7_258_118_400)
}
