internal import Database
internal import Mail

/// A recipient of a tenant's mails as the store has it.
package struct Recipient: Sendable, Equatable {
    /// Notices about keys go only to owners.
    package enum Role: String, Sendable { case owner, member }

    let text: String
    let role: Role

    /// The address; nil where another program stored a text that is no mail address.
    var address: MailAddress? { try? MailAddress(text) }
}
