package import Vocabulary

/// How the provider answered a control that failed.
package struct ControlAnswer: Sendable, Equatable, Codable {
    /// What the answer means.
    package let finding: Finding
    /// Its HTTP status; nil where no complete answer came.
    package let httpStatus: Int?
    /// The provider's machine-readable code, already filtered (ruling 25).
    package let code: String?

    /// An answer with these parts.
    package init(finding: Finding, httpStatus: Int?, code: String? = nil) {
        self.finding = finding
        self.httpStatus = httpStatus
        self.code = code
    }
}
