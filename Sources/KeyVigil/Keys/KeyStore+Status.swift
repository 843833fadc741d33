internal import Database
package import Foundation
internal import Vocabulary

extension KeyStore {
    /// Disables a key until an operator enables it; the job never does (promise 9).
    ///
    /// - Throws: `InvalidInput` where there is no such key or it is revoked, `DatabaseError` where the store fails.
    public func disable(_ id: String) async throws {
        try await change(id, as: .keyDisabled) { health, now in
            try health.disable(at: now)
        }
    }

    /// Enables a key that an operator or the job disabled. The next run probes it.
    ///
    /// - Throws: `InvalidInput` where there is no such key or it is revoked, `DatabaseError` where the store fails.
    public func enable(_ id: String) async throws {
        try await change(id, as: .keyEnabled) { health, now in
            try health.enable(at: now)
        }
    }

    /// Revokes a key for good: it can only be deleted afterwards.
    ///
    /// - Throws: `InvalidInput` where there is no such key, `DatabaseError` where the store fails.
    public func revoke(_ id: String) async throws {
        try await change(id, as: .keyRevoked) { health, _ in
            health.revoke()
        }
    }

    /// Makes a key the default of its tenant, scope and provider; the old default is unset in the same transaction.
    ///
    /// - Throws: `InvalidInput` where there is no such key, `DatabaseError` where the store fails.
    public func makeDefault(_ id: String) async throws {
        try await command { transaction in
            let key = try KeyTable.require(id, in: transaction.connection)
            try KeyTable.unsetDefaults(of: [DefaultPlace(key)], in: transaction)
            try KeyTable.setDefault(key.id, in: transaction)
            try transaction.append(key.audit(.keyMadeDefault, at: transaction.now))
        }
    }

    /// Deletes a key and purges its ciphertext: deletes row and health and drops waiting notices in one transaction,
    /// then truncates the write-ahead log. The audit rows, which hold its prefix, stay.
    ///
    /// - Throws: `InvalidInput` where there is no such key, `DatabaseError` where the store fails.
    public func delete(_ id: String) async throws {
        try await command { transaction in
            let key = try KeyTable.require(id, in: transaction.connection)
            try NoticeTable.drop(about: key.id, in: transaction)
            try KeyTable.delete(key.id, in: transaction)
            try transaction.append(key.audit(.keyDeleted, at: transaction.now))
        }
        try await database.truncateWriteAheadLog()
    }

    private func change(
        _ id: String, as event: AuditEvent, by edit: @Sendable (inout KeyHealth, Date) throws -> Void
    ) async throws {
        try await command { transaction in
            let key = try KeyTable.require(id, in: transaction.connection)
            var health = key.health
            try edit(&health, transaction.now)
            if try !TenantTable.require(key.tenantID, in: transaction.connection).byok { health.schedule(nil) }
            guard try HealthTable.write(health, keyID: key.id, ifStill: key.health, in: transaction) else { return }
            try transaction.append(key.audit(event, at: transaction.now))
        }
    }
}

extension StoredKey {
    /// An audit row about this key, with its id, prefix, tenant and provider.
    package func audit(_ event: AuditEvent, at date: Date) -> AuditEntry {
        AuditEntry(event, at: date, keyID: id, tenantID: tenantID, provider: provider, keyPrefix: prefix)
    }

    /// An audit row about this key with the event's facts; nil: there are none to tell.
    package func audit(_ facts: (some AuditFacts)?, at date: Date) -> AuditEntry {
        AuditEntry(facts, at: date, keyID: id, tenantID: tenantID, provider: provider, keyPrefix: prefix)
    }
}
