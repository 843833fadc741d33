import Foundation

/// A time as a tenant reads it: in the tenant's time zone, with zone and offset named, because one hour occurs twice
/// when daylight saving time ends.
struct Moment {
    private let date: Date
    private let zone: TimeZone

    init(_ date: Date, in zone: TimeZone) {
        self.date = date
        self.zone = zone
    }

    /// For example `14 January 2025, 10:30 (Europe/Berlin, UTC+1)`. The parts and their order are fixed; only the
    /// month's name depends on the locale, so that a newer ICU does not change mails.
    func text(_ locale: Locale) -> String {
        let formatter = DateFormatter()
        formatter.locale = locale
        formatter.calendar = Calendar(identifier: .gregorian)
        formatter.timeZone = zone
        formatter.dateFormat = "d MMMM yyyy, HH:mm"
        return "\(formatter.string(from: date)) (\(zoneName))"
    }

    private var zoneName: String {
        let isUTC = ["GMT", "UTC", "Etc/UTC", "Etc/GMT"].contains(zone.identifier)
        return isUTC ? "UTC" : "\(zone.identifier), \(offset)"
    }

    private var offset: String {
        let minutes = zone.secondsFromGMT(for: date) / 60
        let sign = minutes < 0 ? "−" : "+"
        let (hours, rest) = abs(minutes).quotientAndRemainder(dividingBy: 60)
        return "UTC\(sign)\(hours)" + (rest == 0 ? "" : rest < 10 ? ":0\(rest)" : ":\(rest)")
    }
}
