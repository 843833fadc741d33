internal import Foundation
internal import KeyVigil
internal import Secrets

/// A file of the settings that holds a secret: only its owner may read it.
enum SecretFile {
    /// Refuses a file that group or world may read, with the command that mends it.
    static func refuseReadable(_ path: String, because reason: String) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return }
        throw SettingsError(
            "\(path) may be read by others and \(reason); run: chmod 600 \(path)", isPermission: true)
    }

    /// The bytes, without a last line break. `name` is the setting that named the file.
    ///
    /// Files that systemd hands over in the credentials directory are guarded by that directory.
    static func read(_ path: String, of name: String, credentials: String?) throws -> SecretBytes {
        let isCredential = credentials.map { !$0.isEmpty && path.hasPrefix($0 + "/") } ?? false
        do throws(PrivateFileRefused) {
            return try PrivateFile.read(path, isGuarded: isCredential)
        } catch .unreadable(_, let isPermission) {
            throw SettingsError("cannot read the file \(path) of \(name)", isPermission: isPermission)
        } catch {
            throw SettingsError(error)
        }
    }
}

extension SettingsError {
    /// A file's refusal, in its own words.
    init(_ refused: PrivateFileRefused) {
        switch refused {
        case .exposed: self.init(refused.description, isPermission: true)
        case .unreadable(_, let isPermission): self.init(refused.description, isPermission: isPermission)
        case .tooLong: self.init(refused.description)
        }
    }
}
