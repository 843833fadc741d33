/// Where a provider's answers hold the error code, the request id, the retry delay and the end of the key's life.
struct AnswerFields: Sendable {
    /// Tried in this order; the first that holds text is the code.
    var codes: [JSONPath] = []
    /// Tried in this order, after the headers.
    var requestIDs: [JSONPath] = []
    /// Names in lower case.
    var requestIDHeaders: [String] = []
    var retryDelay: JSONPath?
    /// Whether a body that is a list of one element is read as that element.
    var unwrapsList = false
    var expiry: JSONPath?
    /// In lower case.
    var expiryHeader: String?

    /// All response headers among them, in lower case.
    var headers: [String] { requestIDHeaders + [expiryHeader].compactMap(\.self) }
}
