/// The states of a mail; the raw values are stored.
package enum MailState: String, Sendable, CaseIterable {
    /// It was composed, and no attempt was made yet.
    case pending
    /// A sender has claimed it.
    case sending
    /// The relay accepted it.
    case sent
    /// The relay was away or asked to try again later.
    case deferred
    /// It was handed over, and the relay's final answer was lost.
    case inDoubt
    /// The relay refused it for good, or the attempts are over.
    case failed
    /// It was withdrawn before a server answered: a newer mail has its notices.
    case suppressed

    /// The states in which a mail waits for a delivery.
    package static let undelivered: [MailState] = [.pending, .sending, .deferred, .inDoubt]
    /// The states in which a sender may claim a mail.
    package static let claimable: [MailState] = [.pending, .deferred, .inDoubt]
}
