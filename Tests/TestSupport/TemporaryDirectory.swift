public import Foundation

/// A private directory that is removed with the last reference to it.
public final class TemporaryDirectory: Sendable {
    /// Its file URL.
    public let url: URL

    /// Makes the directory, accessible to this user only.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "keyvigil-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in it, which need not exist.
    public func path(_ name: String) -> String { url.appending(path: name).path }

    /// Writes a file and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: url.appending(path: name))
        return path(name)
    }

    /// A file's text; empty when there is none.
    public func read(_ name: String) -> String {
        (try? String(decoding: Data(contentsOf: url.appending(path: name)), as: UTF8.self)) ?? ""
    }
}
