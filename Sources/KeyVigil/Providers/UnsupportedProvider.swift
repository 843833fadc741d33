/// A provider whose keys this program cannot check, listed so that nobody has to guess.
public struct UnsupportedProvider: Sendable {
    /// The id under which people would look for it.
    public let id: String
    /// The name that people read.
    public let name: String
    /// Why, in one sentence.
    public let reason: String
}
