import Foundation

/// How long a provider asks its callers to wait, in the three forms that providers use.
enum RetryAfter {
    static let headers = ["retry-after-ms", "retry-after"]
    /// In seconds. A longer delay is cut to this.
    private static let longest: Double = 30 * 86_400

    /// The delay from Azure's `retry-after-ms`, else `Retry-After` (RFC 9110), else a body's delay such as Google's `"34.5s"`.
    static func delay(of answer: Answer, bodyDelay: String?) -> Duration? {
        if let milliseconds = answer.headers["retry-after-ms"].flatMap(Double.init) {
            return duration(milliseconds / 1000)
        }
        if let text = answer.headers["retry-after"] {
            return duration(Double(text) ?? secondsUntil(text, from: answer.receivedAt))
        }
        guard let bodyDelay, bodyDelay.hasSuffix("s") else { return nil }
        return duration(Double(bodyDelay.dropLast()))
    }

    private static func duration(_ seconds: Double?) -> Duration? {
        guard let seconds, seconds.isFinite, seconds >= 0 else { return nil }
        return .milliseconds(Int64(min(seconds, longest) * 1000))
    }

    /// Reads the preferred date form of RFC 9110, not the two obsolete ones.
    private static func secondsUntil(_ text: String, from now: Date) -> Double? {
        let reader = DateFormatter()
        reader.locale = Locale(identifier: "en_US_POSIX")
        reader.timeZone = TimeZone(secondsFromGMT: 0)
        reader.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return reader.date(from: text).map { max(0, $0.timeIntervalSince(now)) }
    }
}
