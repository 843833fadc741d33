public import Foundation

/// What can be said in the audit log.
public enum AuditEvent: String, Sendable, CaseIterable {
    case runStarted = "run.started"
    case runFinished = "run.finished"
    case tenantAdded = "tenant.added"
    case tenantChanged = "tenant.changed"
    case tenantRemoved = "tenant.removed"
    case keyAdded = "key.added"
    case keyReplaced = "key.replaced"
    case keyProbed = "key.probed"
    case probeDiscarded = "probe.discarded"
    case keySuspected = "key.suspected"
    case keyCleared = "key.cleared"
    case keyHeld = "key.held"
    case keyDisabled = "key.disabled"
    case keyRecovered = "key.recovered"
    case recoveryEnded = "key.recovery_ended"
    case keyEnabled = "key.enabled"
    case keyRevoked = "key.revoked"
    case keyDeleted = "key.deleted"
    case keyMadeDefault = "key.made_default"
    case keyExhausted = "key.exhausted"
    case creditRestored = "key.credit_restored"
    case masterKeyRotated = "encryption.rotated"
    case masterKeyRetired = "encryption.retired"
    case controlNegative = "control.negative"
    case controlCanary = "control.canary"
    case brakeOn = "brake.on"
    case brakeOff = "brake.off"
    case brakeReleased = "brake.released"
    case noticeDropped = "notice.dropped"
    case mailComposed = "mail.composed"
    case mailSent = "mail.sent"
    case mailDeferred = "mail.deferred"
    case mailInDoubt = "mail.in_doubt"
    case mailFailed = "mail.failed"
}

/// Who did it.
public enum Actor: String, Sendable {
    /// The scheduled run.
    case job
    /// A person at the command line.
    case `operator`
}

/// One line of the audit log before it gets its place in a run's chain.
///
/// Of a key it holds the prefix alone; `details` are our own words and codes, never a provider's text, a label or an
/// address (ruling 29).
public struct AuditEntry: Sendable {
    /// What happened.
    public var event: AuditEvent
    /// When, UTC.
    public var at: Date
    /// Which key, if it is about one.
    public var keyID: String?
    /// Whose key.
    public var tenantID: String?
    /// Which provider.
    public var provider: String?
    /// The key's stored prefix.
    public var keyPrefix: String?
    /// The finding behind it.
    public var finding: Finding?
    /// The HTTP status that was answered.
    public var httpStatus: Int?
    /// The provider's machine-readable code, already filtered.
    public var providerCode: String?
    /// The provider's request id, already filtered.
    public var requestID: String?
    /// Our own words.
    public var details: String?

    /// An entry; what it does not name is nil.
    public init(
        _ event: AuditEvent, at: Date, keyID: String? = nil, tenantID: String? = nil, provider: String? = nil,
        keyPrefix: String? = nil, finding: Finding? = nil, httpStatus: Int? = nil, providerCode: String? = nil,
        requestID: String? = nil, details: String? = nil
    ) {
        self.event = event
        self.at = at
        self.keyID = keyID
        self.tenantID = tenantID
        self.provider = provider
        self.keyPrefix = keyPrefix
        self.finding = finding
        self.httpStatus = httpStatus
        self.providerCode = providerCode
        self.requestID = requestID
        self.details = details
    }
}
