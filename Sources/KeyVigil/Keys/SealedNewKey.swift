internal import Database
internal import Foundation
internal import Vocabulary

/// A new key with everything that will be stored of it.
struct SealedNewKey: Sendable {
    let key: StoredKey
    let ciphertext: [UInt8]
    /// What its provider said; nil where nobody asked.
    let observation: Observation?
}

extension Connection {
    /// Writes credentials, health and audit rows of new keys inside the caller's transaction. Where several want to be
    /// the default of one place, the last is.
    func insert(_ new: [SealedNewKey], _ chain: inout AuditChain, now: Date) throws {
        let defaults = Dictionary(
            new.filter(\.key.isDefault).map { (DefaultPlace($0.key), $0.key.id) }, uniquingKeysWith: { $1 })
        let ids = Set(defaults.values)
        try unsetDefaults(of: defaults.keys)
        // In order of ids, as they lie in tables and indexes: random ones would touch each page again and again.
        let new = new.sorted { $0.key.id < $1.key.id }
        try execute(Self.credential, rows: new.map { $0.credential(isDefault: ids.contains($0.key.id)) })
        try insertHealth(new.map { ($0.key.health, $0.key.id, $0.key.provider) })
        for new in new { try chain.append(new.key.audit(.keyAdded, new.observation, at: now), to: self) }
    }

    private static let credential = BatchStatement.insert(
        into: "stored_key",
        [
            ("id", .text), ("tenant_id", .text), ("scope_kind", .text), ("scope_id", .text), ("provider", .text),
            ("label", .text), ("params", .text), ("prefix", .text), ("hint", .text), ("ciphertext", .blob),
            ("is_default", .flag), ("expires_at", .time), ("created_at", .time), ("updated_at", .time),
        ])
}

extension SealedNewKey {
    fileprivate func credential(isDefault: Bool) -> [SQLValue] {
        [
            .text(key.id), .text(key.tenantID), .text(key.scope.kind), .text(key.scope.id), .text(key.provider),
            .text(key.label), .text(key.params), .text(key.prefix), .text(key.hint), .blob(ciphertext),
            .flag(isDefault), .time(key.expiresAt), .time(key.createdAt), .time(key.createdAt),
        ]
    }
}
