internal import Foundation
internal import Database

extension RunReport {
    /// One line of JSON as `run --json` prints it, with sentences in `attention`; times as UTC text with milliseconds.
    ///
    /// - Throws: `EncodingError`, for a value that JSON cannot express; a report holds none.
    package func json() throws -> String {
        try Self.text(of: Printed(report: self))
    }

    /// The same with facts in `attention`, as the run table stores it.
    func storedJSON() throws -> String { try Self.text(of: self) }

    private static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(UTCText.string(date))
        }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// A report whose `attention` is encoded as sentences, in place of the facts that the report itself encodes.
    private struct Printed: Encodable {
        private enum CodingKeys: String, CodingKey { case attention }

        let report: RunReport

        func encode(to encoder: any Encoder) throws {
            try report.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(report.attention.map(\.sentence.text), forKey: .attention)
        }
    }
}
