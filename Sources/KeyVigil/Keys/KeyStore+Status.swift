internal import Database
public import Foundation
internal import Vocabulary

extension KeyStore {
    /// Takes a key out of use until an operator enables it again; the job never does.
    public func disable(_ id: String) async throws {
        try await change(id, .keyDisabled) { health, now in
            guard health.status != .revoked else { throw Self.revoked }
            health.status = .disabled
            health.disabling = KeyHealth.Disabling(by: .operator, at: now, finding: nil)
            health.nextProbeAt = nil
        }
    }

    /// Puts a disabled key back into use, whoever disabled it; it is probed by the next run.
    public func enable(_ id: String) async throws {
        try await change(id, .keyEnabled) { health, now in
            guard health.status != .revoked else { throw Self.revoked }
            health.becomeActive()
            health.nextProbeAt = now
        }
    }

    /// Takes a key out of use for good; only `delete` follows.
    public func revoke(_ id: String) async throws {
        try await change(id, .keyRevoked) { health, _ in
            health.status = .revoked
            health.disabling = nil
            health.suspicion = nil
            health.nextProbeAt = nil
        }
    }

    /// Makes a key the default of its tenant, scope and provider; the old default is unset in the same transaction.
    public func makeDefault(_ id: String) async throws {
        try await command { connection, chain, now in
            let key = try connection.requireKey(id)
            try connection.unsetDefaults(of: [DefaultPlace(key)])
            try connection.execute(
                "UPDATE stored_key SET is_default = TRUE, updated_at = $1 WHERE id = $2", [.time(now), .text(key.id)])
            try chain.append(key.audit(.keyMadeDefault, at: now), to: connection)
        }
    }

    /// Deletes a key and purges its ciphertext: row, health and waiting notices in one transaction, then the
    /// write-ahead log. The audit rows, which hold its prefix, stay.
    public func delete(_ id: String) async throws {
        try await command { connection, chain, now in
            let key = try connection.requireKey(id)
            try connection.dropNotices(about: key.id)
            try connection.execute("DELETE FROM stored_key WHERE id = $1", [.text(key.id)])
            try chain.append(key.audit(.keyDeleted, at: now), to: connection)
        }
        try await database.purge()
    }

    static let revoked = InvalidInput("the key is revoked, which is for good; delete it and add the new one")

    private func change(
        _ id: String, _ event: AuditEvent, _ edit: @Sendable (inout KeyHealth, Date) throws -> Void
    ) async throws {
        try await command { connection, chain, now in
            let key = try connection.requireKey(id)
            var health = key.health
            try edit(&health, now)
            if try !connection.requireTenant(key.tenantID).byok { health.nextProbeAt = nil }
            guard try connection.writeHealth(health, keyID: key.id, ifStill: key.health) else { return }
            try chain.append(key.audit(event, at: now), to: connection)
        }
    }
}

extension StoredKey {
    /// An audit row about this key: its prefix, tenant and provider filled in.
    public func audit(_ event: AuditEvent, at date: Date, details: String? = nil) -> AuditEntry {
        AuditEntry(
            event, at: date, keyID: id, tenantID: tenantID, provider: provider, keyPrefix: prefix, details: details)
    }
}

extension Connection {
    /// Drops what waits to be told about a key that is no longer that key.
    func dropNotices(about keyID: String) throws {
        try execute("UPDATE notice SET state = 'dropped' WHERE subject = $1 AND state = 'waiting'", [.text(keyID)])
    }
}
