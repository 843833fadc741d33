internal import Vocabulary

extension Classifier {
    /// What the rules find in an answer, with its fields: everything that depends on status, content type and body only.
    ///
    /// A class, as ``AnswerMemory`` uses one reading for many equal answers.
    final class Reading: Sendable {
        /// The finding, with code and request id made fit to be kept.
        let classification: Classification
        /// Where the rule that matched stands; nil where none did.
        let place: Rule.Place?
        /// As the provider wrote it, like the fields that follow.
        let code: String?
        let requestID: String?
        let retryDelay: String?
        let expiry: String?

        init(
            _ rule: Rule?, code: String? = nil, requestID: String? = nil, retryDelay: String? = nil,
            expiry: String? = nil
        ) {
            var classification = Classification(rule)
            classification.providerCode = code.map(AuditToken.plain)
            classification.requestID = requestID.map(AuditToken.plain)
            if classification.verdict == .alive { classification.expiresAt = expiry.flatMap(ExpiryText.date) }
            self.classification = classification
            place = rule?.place
            self.code = code
            self.requestID = requestID
            self.retryDelay = retryDelay
            self.expiry = expiry
        }
    }

    /// What the answer means, given the reading of this answer or of one with the same status, content type and body.
    func classify(_ answer: Answer, reading: Reading) -> Classification {
        var result = reading.classification
        result.retryAfter = RetryAfter.delay(of: answer, bodyDelay: reading.retryDelay)
        guard !answer.headers.isEmpty else { return result }
        if let requestID = fields.requestIDHeaders.lazy.compactMap({ answer.headers[$0] }).first {
            result.requestID = AuditToken.plain(requestID)
        }
        if result.verdict == .alive, let expiry = fields.expiryHeader.flatMap({ answer.headers[$0] }) {
            result.expiresAt = ExpiryText.date(expiry)
        }
        return result
    }
}
