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
    /// The value of one column of `stored_key`.
    ///
    /// - Parameter isDefault: whether it becomes the default of its place: of several new ones the last does.
    func value(_ column: KeyColumn, isDefault: Bool) -> SQLValue {
        switch column {
        case .id: .id(key.id)
        case .tenantID: .text(key.tenantID)
        case .scopeKind: .text(key.scope.kind)
        case .scopeID: .text(key.scope.id)
        case .provider: .text(key.provider)
        case .label: .text(key.label)
        case .params: .text(key.params)
        case .prefix: .text(key.prefix)
        case .hint: .text(key.hint)
        case .isDefault: .flag(isDefault)
        case .expiresAt: .time(key.expiresAt)
        case .createdAt, .updatedAt: .time(key.createdAt)
        case .ciphertext: .blob(ciphertext)
        }
    }
}
