internal import Database
internal import Foundation

/// The text in an audit row's column `details`: the event's facts as a JSON object with the format's version in `v`.
///
/// Names are in snake case and sorted, enums stand as the names of their cases, times as UTC text with milliseconds.
/// The same facts always make the same bytes, and the row's hash covers these bytes. A text of another version, or
/// one that does not decode, is verified and listed as it stands and never decided on.
package enum AuditDetails {
    /// The version of the format that this program writes and reads.
    package static let version = 1

    /// The text that stores these facts.
    ///
    /// - Throws: `EncodingError`, for a number that JSON cannot express; facts hold none.
    package static func text(_ facts: some AuditFacts) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(UTCText.string(date))
        }
        return String(decoding: try encoder.encode(Versioned(facts: facts)), as: UTF8.self)
    }

    /// The facts in a stored text; nil where it is of another version or holds other facts.
    package static func facts<Facts: AuditFacts>(_ type: Facts.Type, in text: String) -> Facts? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let date = UTCText.date(text) else {
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no time"))
            }
            return date
        }
        return try? decoder.decode(Versioned<Facts>.self, from: Data(text.utf8)).facts
    }

    /// Facts in one object with their version.
    private struct Versioned<Facts: AuditFacts>: Codable {
        private enum CodingKeys: String, CodingKey { case v }

        let facts: Facts

        init(facts: Facts) { self.facts = facts }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            guard try container.decode(Int.self, forKey: .v) == AuditDetails.version else {
                throw DecodingError.dataCorruptedError(forKey: .v, in: container, debugDescription: "another version")
            }
            facts = try Facts(from: decoder)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(AuditDetails.version, forKey: .v)
            try facts.encode(to: encoder)
        }
    }
}
