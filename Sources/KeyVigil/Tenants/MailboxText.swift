internal import Curl
public import Vocabulary

/// A mail address as a tenant or operator gives it, checked where it is made.
public enum MailboxText {
    /// The address itself, or a refusal that does not repeat it.
    public static func check(_ text: String) throws(InvalidInput) -> String {
        do {
            return try MailAddress(text).text
        } catch {
            throw InvalidInput("mail address must be plain, as in name@example.org")
        }
    }
}
