import Database
import Foundation
import Testing

@Suite struct UTCTextTests {
    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000Z"), (1_795_256_100.5, "2026-11-21T10:15:00.500Z"),
        (951_782_400, "2000-02-29T00:00:00.000Z"), (4_102_444_799.9996, "2100-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.000Z"),
    ])
    func `times read back to the millisecond`(seconds: Double, text: String) throws {
        #expect(UTCText.string(Date(timeIntervalSince1970: seconds)) == text)
        let back = try #require(UTCText.date(text))
        #expect(abs(back.timeIntervalSince1970 - seconds) < 0.001)
    }

    @Test(arguments: ["", "2026-11-21", "2026-11-21T10:15:00Z", "2026-11-21 10:15:00.000Z", "2026-1a-21T10:15:00.000Z"])
    func `text of another form is no time`(text: String) { #expect(UTCText.date(text) == nil) }

    @Test(
        "Text that would be written back differently is no time",
        arguments: [
            "2026-02-30T10:15:00.000Z", "2026-13-01T10:15:00.000Z", "2026-11-21T24:00:00.000Z",
            "2026-11-21T10:60:00.000Z", "2026-11-21T10:15:60.000Z", "2026x11-21T10:15:00.000Z",
            "2026-11-21T10x15:00.000Z", "2026-11-21T10:15:00,000Z", "2026-11-21T10:15:00.000z",
        ])
    func calendarLacks(text: String) { #expect(UTCText.date(text) == nil) }
}
