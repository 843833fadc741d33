/// Where a provider puts its code, its request id, its delay and the key's end in an answer.
struct AnswerWords: Sendable {
    var codes: [JSONPath] = []
    var requestIDs: [JSONPath] = []
    var requestIDHeaders: [String] = []
    var retryDelay: JSONPath?
    var unwrapsList = false
    /// Where the end of the key's life stands.
    var expiry: JSONPath?
    var expiryHeader: String?
}
