internal import Foundation
internal import KeyVigil
internal import Secrets

/// A file of the settings that holds a secret: only its owner may read it.
enum SecretFile {
    /// Refuses a file that its group or others may read, with the command that corrects it.
    static func refuseReadable(_ path: String, because reason: String) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return }
        throw SettingsError(
            "\(path) may be read by others and \(reason); run: chmod 600 \(path)", isPermission: true)
    }

    /// The bytes, without a last line break.
    ///
    /// - Parameter name: the setting that names the file, for errors.
    /// - Parameter credentials: systemd's credentials directory; it protects the files in it, whatever their mode.
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
    /// Why a file was refused, with the status for it.
    init(_ refused: PrivateFileRefused) {
        switch refused {
        case .exposed: self.init(refused.description, isPermission: true)
        case .unreadable(_, let isPermission): self.init(refused.description, isPermission: isPermission)
        case .tooLong: self.init(refused.description)
        }
    }
}
