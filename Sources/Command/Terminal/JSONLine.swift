internal import Database
internal import Foundation

/// JSON on standard output: one document a line, names as the interface writes them, absent values as null.
enum JSONLine {
    static func print(_ fields: KeyValuePairs<String, Value>) {
        Terminal.say(text(fields))
    }

    /// One document of both.
    static func print(_ fields: KeyValuePairs<String, Value>, and more: KeyValuePairs<String, Value>) {
        Terminal.say(Value.fields(fields.map { ($0, $1) } + more.map { ($0, $1) }))
    }

    /// The document without a line break.
    static func text(_ fields: KeyValuePairs<String, Value>) -> String { Value.object(fields).text }

    /// A field's value.
    indirect enum Value {
        case text(String?)
        case number(Int?)
        case fraction(Double)
        case flag(Bool)
        case time(Date?)
        case list([String])
        case texts([String: String])
        case array([Value])
        case object(KeyValuePairs<String, Value>)

        fileprivate var text: String {
            switch self {
            case .text(let text): text.map(JSONLine.string) ?? "null"
            case .number(let number): number.map(String.init) ?? "null"
            case .flag(let flag): flag ? "true" : "false"
            case .time(let date): date.map { JSONLine.string(UTCText.string($0)) } ?? "null"
            case .fraction(let number): String(number)
            case .list(let texts): "[" + texts.map(JSONLine.string).joined(separator: ",") + "]"
            case .texts(let texts):
                "{"
                    + texts.sorted { $0.key < $1.key }.map { "\(JSONLine.string($0)):\(JSONLine.string($1))" }
                    .joined(separator: ",") + "}"
            case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
            case .object(let fields): Self.fields(fields.map { ($0, $1) })
            }
        }

        fileprivate static func fields(_ fields: [(String, Value)]) -> String {
            "{" + fields.map { "\(JSONLine.string($0)):\($1.text)" }.joined(separator: ",") + "}"
        }
    }

    private static func string(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
