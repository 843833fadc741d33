internal import Database
internal import Foundation
internal import Vocabulary

/// A new key with everything that is to be stored of it.
struct SealedNewKey: Sendable {
    let key: StoredKey
    let ciphertext: [UInt8]
    /// The observation of the probe; nil where the key was not probed.
    let observation: Observation?
}

extension SealedNewKey {
    func credential(isDefault: Bool) -> [SQLValue] {
        [
            .id(key.id), .text(key.tenantID), .text(key.scope.kind), .text(key.scope.id), .text(key.provider),
            .text(key.label), .text(key.params), .text(key.prefix), .text(key.hint), .blob(ciphertext),
            .flag(isDefault), .time(key.expiresAt), .time(key.createdAt), .time(key.createdAt),
        ]
    }
}
