/// Where a provider puts its code, its request id and its delay inside a body.
struct AnswerWords: Sendable {
    var codes: [JSONPath] = []
    var requestIDs: [JSONPath] = []
    var requestIDHeaders: [String] = []
    var retryDelay: JSONPath?
    var unwrapsList = false
}
