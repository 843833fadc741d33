extension Provider {
    /// What the answer means for the key. Pure; anything that no rule knows is ``Finding/unrecognised``.
    ///
    /// Call ``Classification/withholding(_:)`` with the key before keeping the result.
    public func classify(_ answer: Answer) -> Classification { classify(answer, reading: ruleBook.read(answer)) }

    /// The same for an answer that the rules have read.
    func classify(_ answer: Answer, reading: RuleBook.Reading) -> Classification {
        var result = reading.meaning
        result.providerCode = reading.code.map(KeptWord.plain)
        let header = words.requestIDHeaders.lazy.compactMap { answer.headers[$0] }.first
        result.requestID = (header ?? reading.requestID).map(KeptWord.plain)
        if result.verdict == .alive {
            let expiry = words.expiryHeader.flatMap { answer.headers[$0] } ?? reading.expiry
            result.expiresAt = expiry.flatMap(ExpiryText.date)
        }
        result.retryAfter = RetryAfter.delay(of: answer, bodyDelay: reading.retryDelay)
        return result
    }
}
