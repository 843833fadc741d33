package import Vocabulary

extension Classification {
    init(_ rule: Rule?) {
        self.init(finding: rule?.finding ?? .unrecognised)
        if let rule, finding.verdict == .dead {
            strength = rule.strength
            confirmOver = rule.confirmOver
        }
    }

    /// The same, with code and request id replaced by `other` where they hold 8 consecutive bytes of the key.
    ///
    /// Call it before anything is stored: providers echo keys in places that change.
    package func withholding(_ key: UnsafeRawBufferPointer) -> Classification {
        var kept = self
        kept.providerCode = providerCode.map { AuditToken.withholding(key, from: $0) }
        kept.requestID = requestID.map { AuditToken.withholding(key, from: $0) }
        return kept
    }
}
