import Foundation

/// The exit status and output of a program that has ended.
struct Finished: CustomStringConvertible {
    /// Its exit status; a signal's number, negated, where one ended it.
    let status: Int32
    /// Standard output.
    let output: String
    /// Standard error.
    let errors: String

    /// The one JSON document on standard output.
    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:] }

    /// The JSON objects on standard output, one a line.
    var jsonLines: [[String: Any]] {
        output.split(separator: "\n").compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
        }
    }

    /// The number at a path of names, as in `numbers("keys", "due")`.
    func number(_ path: String...) -> Int? {
        var value: Any? = json
        for name in path { value = (value as? [String: Any])?[name] }
        return value as? Int
    }

    /// The string at a name of the JSON document.
    func text(_ name: String) -> String? { json[name] as? String }

    var description: String { "status \(status)\n\(output)\n\(errors)" }
}

/// A command failed that a test needed for its setup.
struct SetupFailure: Error, CustomStringConvertible {
    let description: String

    init(_ finished: Finished) { description = "\(finished)" }
}
