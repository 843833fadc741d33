/// One fault of a template, in words for the operator who maintains it.
package struct TemplateProblem: Sendable, Equatable, CustomStringConvertible {
    /// The file or folder, relative to the templates' directory; for a fault of a rendered mail, the mail's name.
    package let file: String
    /// The line number, counted from 1; nil where it is not known.
    package let line: Int?
    /// What is wrong and what to write instead.
    package let message: String

    init(_ file: String, line: Int? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// `file:line: message`, as compilers write it.
    package var description: String {
        line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }
}

/// The templates cannot be used. It lists all faults at once; no mail is sent until they are corrected (exit status
/// 78).
package struct TemplateError: Error, CustomStringConvertible {
    /// The faults, at least one, in the order in which they were found.
    package let problems: [TemplateProblem]

    /// One problem a line.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
