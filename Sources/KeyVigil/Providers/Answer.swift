package import struct Foundation.Date

/// A provider's whole answer to one probe; an interrupted transfer is a transport failure and no answer.
///
/// Descriptions show the status and the size only, as bodies echo keys.
package struct Answer: Sendable {
    /// The HTTP status.
    package var status: Int
    /// The `Content-Type`, with parameters, as sent.
    package var contentType: String?
    /// Response headers by name in lower case. Classification reads only ``Provider/keptHeaders``.
    package var headers: [String: String]
    /// The body as bytes, already decompressed.
    package var body: [UInt8]
    /// When the answer was received; a `Retry-After` that is a date is counted from here.
    package var receivedAt: Date

    /// - Parameter contentType: nil takes it from `headers`.
    package init(
        status: Int, contentType: String? = nil, headers: [String: String] = [:], body: [UInt8] = [],
        receivedAt: Date = Date()
    ) {
        self.status = status
        self.contentType = contentType ?? headers["content-type"]
        self.headers = headers
        self.body = body
        self.receivedAt = receivedAt
    }
}

extension Answer: CustomReflectable, CustomStringConvertible {
    /// The status and the size only.
    package var description: String { "answer \(status), \(body.count) bytes" }
    /// Without children, so that `dump` and failing tests print no body.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The kind of body that an answer's content type states.
enum ContentKind: String, Sendable, CaseIterable {
    case json, html, text, empty, other

    init(of answer: Answer) {
        guard !answer.body.isEmpty else { self = .empty; return }
        guard let type = answer.contentType else { self = .other; return }
        let media = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        switch media {
        case "application/json": self = .json
        case "text/html", "application/xhtml+xml": self = .html
        case "text/plain": self = .text
        default: self = media.hasSuffix("+json") ? .json : .other
        }
    }
}
