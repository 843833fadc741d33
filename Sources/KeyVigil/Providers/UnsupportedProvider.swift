/// A provider that people look for and whose keys this program cannot check.
public struct UnsupportedProvider: Sendable {
    /// The id under which people would look for it.
    public let id: String
    /// The name that people read.
    public let name: String
    /// Why its keys cannot be checked and which provider to use in its place, in one sentence.
    public let reason: String
}
