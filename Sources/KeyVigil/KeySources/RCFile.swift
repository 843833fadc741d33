internal import Foundation
internal import Secrets
internal import Vocabulary

/// A JSON object of texts with `<provider>_api_key`, as client libraries read it.
///
/// The decoder leaves copies of the keys in memory. That is accepted, because the file holds them in clear anyway.
enum RCFile {
    /// The provider's key; nil where the file does not exist or does not have one.
    static func key(of provider: String, in path: String) throws -> SecretBytes? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let content = try PrivateFile.read(path)
        let keys = content.withBytes { try? JSONDecoder().decode([String: String].self, from: Data($0)) }
        guard let keys else {
            throw InvalidInput("\(path) must be a JSON object of texts, as in {\"openai_api_key\": \"…\"}")
        }
        return keys["\(provider)_api_key"].map { SecretBytes(copying: $0.utf8) }
    }
}
