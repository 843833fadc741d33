internal import Foundation
internal import KeyVigil
internal import Secrets

extension Session {
    /// The master keys: from the environment, else from the file that the settings name, else from systemd's credential
    /// `key-ring`.
    ///
    /// - Throws: ``SettingsError`` where there are none or two, and ``KeyRingError`` for a text that is no key ring.
    func keyRing() throws -> KeyRing {
        let environment = settings.environment
        let texts = ["BYOK_ENCRYPTION_KEYS", "BYOK_ENCRYPTION_KEY"].compactMap { environment[$0] }.filter {
            !$0.isEmpty
        }
        guard texts.count < 2 else {
            throw SettingsError("set only one of BYOK_ENCRYPTION_KEYS and BYOK_ENCRYPTION_KEY")
        }
        if let text = texts.first { return try KeyRing(text.utf8) }
        guard let path = settings.keyFile ?? credential else {
            throw SettingsError(
                "no encryption key: set BYOK_ENCRYPTION_KEY or BYOK_ENCRYPTION_KEY_FILE; "
                    + "make a key with `keyvigil encryption new-key`")
        }
        let secret = try SecretFile.read(path, of: "encryption.key_file", credentials: credentials)
        return try secret.withBytes { bytes in try KeyRing(bytes) }
    }

    private var credentials: String? { settings.environment["CREDENTIALS_DIRECTORY"] }

    private var credential: String? {
        credentials.map { $0 + "/key-ring" }.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    }
}
