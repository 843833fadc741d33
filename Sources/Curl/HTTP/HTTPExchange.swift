/// One request: a shared template and, where one is needed, a key.
package struct HTTPRequest: Sendable {
    /// The caller's own number, returned in the completion.
    package let tag: Int
    /// Everything about the request but the key.
    package let template: RequestTemplate
    /// The header that carries the key; nil for a request without one.
    package let secret: SecretHeader?
    /// Whether to open a new connection instead of using a kept one.
    package let freshConnection: Bool

    /// A request to submit.
    package init(tag: Int, template: RequestTemplate, secret: SecretHeader? = nil, freshConnection: Bool = false) {
        self.tag = tag
        self.template = template
        self.secret = secret
        self.freshConnection = freshConnection
    }
}

/// A complete answer. Its content is untrusted, and it may echo the key.
package struct HTTPResponse: Sendable, CustomStringConvertible {
    /// The HTTP status.
    package let status: Int
    /// The `Content-Type` header's value.
    package let contentType: String?
    /// The headers that the template keeps, by lower-case name; of a repeated header, the first.
    package let headers: [String: String]
    /// The bytes as sent, at most ``RequestTemplate/longestBody``; no content coding is requested or decoded.
    package let body: [UInt8]

    /// A response from parts, for tests of what reads it.
    package init(status: Int, contentType: String? = nil, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// The status and the body's size: the rest may hold an echoed key.
    package var description: String { "HTTP \(status), \(body.count) bytes" }
}

/// How one request ended.
package struct Completion: Sendable {
    /// The request's tag.
    package let tag: Int
    /// A success only when the answer arrived complete, whatever its status.
    package let result: Result<HTTPResponse, TransportFailure>
    /// From leaving the queue to the end, with the retry if there was one.
    package let latency: Duration

    /// A completion from parts, for tests of what reads it.
    package init(tag: Int, result: Result<HTTPResponse, TransportFailure>, latency: Duration) {
        self.tag = tag
        self.result = result
        self.latency = latency
    }
}
