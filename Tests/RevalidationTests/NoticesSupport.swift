import Foundation

/// The shipped templates.
let shippedTemplates = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("templates").path

/// Calls the closure with a copy of the shipped templates, some files replaced (`nil` removes one); deletes it then.
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
