public import struct Foundation.Date

/// What a provider sent back to one probe, whole: a transfer that broke off is no answer.
///
/// It has no description of its own on purpose: bodies echo keys.
public struct Answer: Sendable {
    /// The HTTP status.
    public var status: Int
    /// The `Content-Type`, with parameters, as sent.
    public var contentType: String?
    /// Response headers by name in lower case; ``Provider/keptHeaders`` are all that classification reads.
    public var headers: [String: String]
    /// The body as bytes, already decompressed.
    public var body: [UInt8]
    /// When the answer came; a `Retry-After` given as a date counts from here.
    public var receivedAt: Date

    /// Makes an answer; the content type is taken from `headers` unless given.
    public init(
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
    public var description: String { "answer \(status), \(body.count) bytes" }
    /// Nothing, so that `dump` and test failures do not print a body.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What kind of body an answer claims to hold.
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
