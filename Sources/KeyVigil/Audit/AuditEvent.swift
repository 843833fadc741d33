/// The events that the audit log records; the raw values are stored.
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
    /// A key's secret was replaced.
    case keyReplaced = "key.replaced"
    /// A probe's answer changed what is known about a key.
    case keyProbed = "key.probed"
    /// A probe's answer was discarded, because the key's version was replaced meanwhile.
    case probeDiscarded = "probe.discarded"
    /// A first dead answer made a key suspected.
    case keySuspected = "key.suspected"
    /// An alive answer ended a suspicion.
    case keyCleared = "key.cleared"
    /// A suspicion was confirmed, and the guard held the key.
    case keyHeld = "key.held"
    /// A key was disabled.
    case keyDisabled = "key.disabled"
    /// A key that the job had disabled works again.
    case keyRecovered = "key.recovered"
    /// The job stopped probing a key that it had disabled.
    case recoveryEnded = "key.recovery_ended"
    /// An operator enabled a key.
    case keyEnabled = "key.enabled"
    /// An operator revoked a key.
    case keyRevoked = "key.revoked"
    /// A key and its ciphertext were deleted.
    case keyDeleted = "key.deleted"
    /// A key became the default.
    case keyMadeDefault = "key.made_default"
    /// A key's account ran out of credit.
    case keyExhausted = "key.exhausted"
    /// A key's account has credit again.
    case creditRestored = "key.credit_restored"
    /// Stored keys were encrypted with another master key.
    case masterKeyRotated = "encryption.rotated"
    /// A master key was retired: nothing is encrypted with it any more.
    case masterKeyRetired = "encryption.retired"
    /// The negative control was probed.
    case controlNegative = "control.negative"
    /// The operator's canary was probed.
    case controlCanary = "control.canary"
    /// A provider's breaker opened.
    case breakerOpened = "breaker.opened"
    /// A breaker closed.
    case breakerClosed = "breaker.closed"
    /// An operator released a provider's keys from the breaker.
    case breakerReleased = "breaker.released"
    /// A notice was dropped, because it was no longer true when its mail was composed.
    case noticeDropped = "notice.dropped"
    /// A mail was composed.
    case mailComposed = "mail.composed"
    /// A mail that no server had answered was withdrawn; a newer one has its notices.
    case mailWithdrawn = "mail.withdrawn"
    /// The relay accepted a mail.
    case mailSent = "mail.sent"
    /// A mail was deferred: the relay asked to try again later.
    case mailDeferred = "mail.deferred"
    /// The relay's final answer to a mail was lost.
    case mailInDoubt = "mail.in_doubt"
    /// A mail failed: the relay refused it for good.
    case mailFailed = "mail.failed"
}
