internal import Foundation
internal import Secrets

/// A file that holds a secret: only its owner may read it.
enum SecretFile {
    /// Refuses a file that group or world may read, with the command that mends it.
    ///
    /// Files that systemd hands over in the credentials directory are guarded by that directory.
    static func refuseReadable(_ path: String, because reason: String) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return }
        throw SettingsError(
            "\(path) may be read by others and \(reason); run: chmod 600 \(path)", isPermission: true)
    }

    /// The bytes, without a last line break. `name` is the setting that named the file.
    static func read(_ path: String, of name: String, credentials: String?) throws -> SecretBytes {
        let isCredential = credentials.map { !$0.isEmpty && path.hasPrefix($0 + "/") } ?? false
        if !isCredential { try refuseReadable(path, because: "holds a secret") }
        guard var data = FileManager.default.contents(atPath: path) else {
            throw SettingsError(
                "cannot read the file \(path) of \(name)", isPermission: FileManager.default.fileExists(atPath: path))
        }
        defer { data.resetBytes(in: data.startIndex..<data.endIndex) }
        return SecretBytes(copying: data.reversed().drop { $0 == 10 || $0 == 13 || $0 == 32 }.reversed())
    }
}
