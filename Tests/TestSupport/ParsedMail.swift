internal import Foundation

/// What Python's strict mail parser reads from a message.
package struct ParsedMail: Decodable {
    /// Name and decoded value of each header field, in order.
    package let headers: [[String]]
    /// The plain text.
    package let text: String
    /// The HTML.
    package let html: String
    /// What the parser complains of in headers and parts.
    package let defects: [String]
    /// Number of MIME parts, the message itself included.
    package let parts: Int

    /// The value of the first header with this name.
    package func header(_ name: String) -> String? { headers.first { $0[0] == name }?[1] }

    private static let program = """
        import sys, json, email, email.policy
        message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.SMTP)
        defects = [str(d) for part in message.walk() for d in part.defects]
        defects += [str(d) for _, value in message.items() for d in value.defects]
        content = lambda kind: message.get_body((kind,)).get_content()
        json.dump(dict(headers=[[k, str(v)] for k, v in message.items()], text=content('plain'),
            html=content('html'), defects=defects, parts=len(list(message.walk()))), sys.stdout)
        """

    /// Parses a message.
    ///
    /// - Throws: ``TestSupportFailure`` where Python cannot read it or finds no plain text or HTML.
    package init(_ bytes: [UInt8]) throws {
        let output = try run("/usr/bin/python3", ["-c", Self.program], input: Data(bytes))
        self = try JSONDecoder().decode(ParsedMail.self, from: output)
    }
}

/// Runs a program to its end and returns its standard output.
private func run(_ program: String, _ arguments: [String], input: Data) throws -> Data {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("input-\(UUID())")
    try input.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw TestSupportFailure(description: "\(program) ended with \(process.terminationStatus)")
    }
    return data
}
