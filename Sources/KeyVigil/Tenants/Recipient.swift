internal import Database
internal import Mail

/// A recipient of a tenant as the store has it.
struct Recipient: Sendable, Equatable {
    /// Notices about keys go to owners alone.
    enum Role: String { case owner, member }

    let text: String
    let role: Role

    /// Nil where another program wrote a text that is no mail address.
    var address: MailAddress? { try? MailAddress(text) }
}
