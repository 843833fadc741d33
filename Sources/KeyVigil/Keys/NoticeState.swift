/// The states of a notice in the outbox; the raw values are stored.
package enum NoticeState: String, Sendable, CaseIterable {
    /// It is owed and stands in no mail yet.
    case waiting
    /// A mail that tells it was composed.
    case mailed
    /// It is not told: it no longer held when its mail was composed, or its key was replaced or deleted.
    case dropped
}
