public import Vocabulary

extension Provider {
    /// What the answer means for the key. Pure; anything that no rule knows is ``Finding/unrecognised``.
    ///
    /// Call ``Classification/withholding(_:)`` with the key before keeping the result.
    public func classify(_ answer: Answer) -> Classification { ruleBook.classify(answer, ruleBook.read(answer)) }
}

extension RuleBook {
    /// What an answer means that was read before, or another that reads the same.
    func classify(_ answer: Answer, _ reading: Reading) -> Classification {
        var result = reading.meaning
        result.retryAfter = RetryAfter.delay(of: answer, bodyDelay: reading.retryDelay)
        guard !answer.headers.isEmpty else { return result }
        if let requestID = words.requestIDHeaders.lazy.compactMap({ answer.headers[$0] }).first {
            result.requestID = AuditToken.plain(requestID)
        }
        if result.verdict == .alive, let expiry = words.expiryHeader.flatMap({ answer.headers[$0] }) {
            result.expiresAt = ExpiryText.date(expiry)
        }
        return result
    }
}
