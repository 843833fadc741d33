/// Input that a person can correct. Holds no secret, and names no option or command of a program.
public struct InvalidInput: Error, Equatable, CustomStringConvertible {
    /// The value that is wrong; nil where ``problem`` names it.
    public let field: Field?
    /// What is wrong and what to give instead: a sentence, or the rest of one that begins with ``field``.
    public let problem: String
    /// What to do, where that depends on the program that uses this library; nil where ``problem`` says it.
    public let remedy: Remedy?

    /// One sentence, without the remedy.
    public var description: String { field.map { "\($0.rawValue) \(problem)" } ?? problem }

    /// Input that is refused because of `problem`.
    public init(_ problem: String, of field: Field? = nil, remedy: Remedy? = nil) {
        self.field = field
        self.problem = problem
        self.remedy = remedy
    }
}
