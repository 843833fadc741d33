/// Something wrong with a template, as the operator who wrote it should read it.
package struct TemplateProblem: Sendable, Equatable, CustomStringConvertible {
    /// The file or folder, relative to the templates' directory.
    package let file: String
    /// The line, from 1, where it is known.
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

/// The templates cannot be used: all that is wrong with them at once. Nothing is sent until it is mended (exit 78).
package struct TemplateError: Error, CustomStringConvertible {
    /// At least one, in order of file and line.
    package let problems: [TemplateProblem]

    /// One problem a line.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
