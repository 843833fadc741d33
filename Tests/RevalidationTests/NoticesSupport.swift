import Foundation
import KeyVigil
import Testing

@testable import Revalidation

/// The templates that are shipped.
let shippedTemplates = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("templates").path

/// A copy of the shipped templates with some files replaced (`nil` removes one), gone when the closure returns.
func withTemplates<Result>(_ changes: [String: String?], _ body: (String) throws -> Result) throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("templates-\(UUID())")
    try FileManager.default.copyItem(atPath: shippedTemplates, toPath: directory.path)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (path, content) in changes {
        let file = directory.appendingPathComponent(path)
        if let content {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: file)
        } else {
            try FileManager.default.removeItem(at: file)
        }
    }
    return try body(directory.path)
}

/// A mail with defaults, so that a test states only what matters.
func message(
    to: String = "team@acme.example", name: String? = nil, subject: String = "Subject", text: String = "Text\n",
    html: String = "<p>HTML</p>\n"
) throws -> MailMessage {
    MailMessage(
        from: try Mailbox(address: "keys@platform.example", name: name.map { try HeaderText($0) }),
        to: try Mailbox(address: to), subject: try HeaderText(subject),
        date: Date(timeIntervalSince1970: 1_736_847_000),
        messageID: try MessageID("0b8a3c1e-5d1f-4c57-9a3e-2f6f0f5a7c11@platform.example"), text: text, html: html)
}

/// What Python's strict mail parser reads from a message.
struct ParsedMail: Decodable {
    let headers: [[String]]
    let text: String
    let html: String
    let defects: [String]
    let parts: Int

    func header(_ name: String) -> String? { headers.first { $0[0] == name }?[1] }

    private static let program = """
        import sys, json, email, email.policy
        message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.SMTP)
        defects = [str(d) for part in message.walk() for d in part.defects]
        defects += [str(d) for _, value in message.items() for d in value.defects]
        content = lambda kind: message.get_body((kind,)).get_content()
        json.dump(dict(headers=[[k, str(v)] for k, v in message.items()], text=content('plain'),
            html=content('html'), defects=defects, parts=len(list(message.walk()))), sys.stdout)
        """

    init(_ bytes: [UInt8]) throws {
        let output = try run("/usr/bin/python3", ["-c", Self.program], input: Data(bytes))
        self = try JSONDecoder().decode(ParsedMail.self, from: output)
    }
}

/// Runs a program to its end and gives its standard output.
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
    #expect(process.terminationStatus == 0)
    return data
}
