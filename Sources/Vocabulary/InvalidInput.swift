/// Input that a person can mend: what is wrong and what to write instead. Exit status 65. Holds no secret.
public struct InvalidInput: Error, Equatable, CustomStringConvertible {
    /// One sentence.
    public let description: String

    /// A refusal.
    public init(_ description: String) { self.description = description }
}
