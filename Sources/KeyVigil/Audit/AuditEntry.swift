package import Foundation
package import Vocabulary

/// What can be said in the audit log.
package enum AuditEvent: String, Sendable, CaseIterable {
    /// A run of the job began.
    case runStarted = "run.started"
    /// A run ended, with its outcome.
    case runFinished = "run.finished"
    /// A tenant was added.
    case tenantAdded = "tenant.added"
    /// A tenant was changed.
    case tenantChanged = "tenant.changed"
    /// A tenant was removed.
    case tenantRemoved = "tenant.removed"
    /// A key was stored.
    case keyAdded = "key.added"
    /// A new secret took a key's place.
    case keyReplaced = "key.replaced"
    /// An answer that says something new about a key.
    case keyProbed = "key.probed"
    /// An answer for a version that was replaced meanwhile.
    case probeDiscarded = "probe.discarded"
    /// A first dead answer.
    case keySuspected = "key.suspected"
    /// An alive answer ended a suspicion.
    case keyCleared = "key.cleared"
    /// A key was to be disabled, and the guard did not agree.
    case keyHeld = "key.held"
    /// A key was disabled.
    case keyDisabled = "key.disabled"
    /// What the job had disabled works again.
    case keyRecovered = "key.recovered"
    /// The job asks no more about what it had disabled.
    case recoveryEnded = "key.recovery_ended"
    /// An operator enabled a key.
    case keyEnabled = "key.enabled"
    /// An operator revoked a key.
    case keyRevoked = "key.revoked"
    /// A key was deleted, its ciphertext purged.
    case keyDeleted = "key.deleted"
    /// A key became the default.
    case keyMadeDefault = "key.made_default"
    /// A key's account ran out of credit.
    case keyExhausted = "key.exhausted"
    /// It has credit again.
    case creditRestored = "key.credit_restored"
    /// Stored keys were encrypted with another master key.
    case masterKeyRotated = "encryption.rotated"
    /// Nothing is encrypted with a master key any more.
    case masterKeyRetired = "encryption.retired"
    /// A made-up key was asked about.
    case controlNegative = "control.negative"
    /// The operator's canary was asked about.
    case controlCanary = "control.canary"
    /// A provider's breaker opened.
    case breakerOpened = "breaker.opened"
    /// A breaker closed.
    case breakerClosed = "breaker.closed"
    /// An operator overruled it.
    case breakerReleased = "breaker.released"
    /// A notice was no longer true when its mail was composed.
    case noticeDropped = "notice.dropped"
    /// A mail was written.
    case mailComposed = "mail.composed"
    /// No server has taken it up yet, and a newer one tells its notices.
    case mailWithdrawn = "mail.withdrawn"
    /// The relay took a mail.
    case mailSent = "mail.sent"
    /// The relay asked to try again later.
    case mailDeferred = "mail.deferred"
    /// Its final answer was lost.
    case mailInDoubt = "mail.in_doubt"
    /// It refused for good.
    case mailFailed = "mail.failed"
}

/// One line of the audit log before it gets its place in a run's chain.
///
/// Of a key it holds the prefix alone; `details` are our own words and codes, never a provider's text, a label or an
/// address (ruling 29).
package struct AuditEntry: Sendable {
    /// What happened.
    package var event: AuditEvent
    /// When, UTC.
    package var at: Date
    /// Which key, if it is about one.
    package var keyID: String?
    /// Whose key.
    package var tenantID: String?
    /// Which provider.
    package var provider: String?
    /// The key's stored prefix.
    package var keyPrefix: String?
    /// The finding behind it.
    package var finding: Finding?
    /// The HTTP status that was answered.
    package var httpStatus: Int?
    /// The provider's machine-readable code, already filtered.
    package var providerCode: String?
    /// The provider's request id, already filtered.
    package var requestID: String?
    /// Our own words.
    package var details: String?

    /// An entry; what it does not name is nil.
    package init(
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
