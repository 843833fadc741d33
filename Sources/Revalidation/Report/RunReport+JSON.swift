internal import Foundation
internal import Database

extension RunReport {
    /// One line of JSON; times as UTC text with milliseconds.
    ///
    /// - Throws: `EncodingError`, for a value that JSON cannot express; a report holds none.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(UTCText.string(date))
        }
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
