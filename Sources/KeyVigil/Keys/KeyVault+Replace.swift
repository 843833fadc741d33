internal import Database
public import Foundation
public import Secrets
public import Vocabulary

extension KeyVault {
    /// Puts a new secret in a stored key's place (ruling 31): the version goes up, suspicion and waiting notices of
    /// the old one end, what the job disabled is in use again, what an operator disabled stays so, revoked is refused.
    ///
    /// - Throws: ``InvalidInput``, or ``KeyRefused``; the old key then stands.
    public func replace(
        _ id: String, with secret: SecretBytes, expiresAt: Date? = nil, probing: Bool = true
    ) async throws -> (key: StoredKey, observation: Observation?) {
        let old = try await store.key(id)
        guard old.health.status != .revoked else { throw KeyStore.revoked }
        let provider = try provider(old.provider)
        let params = EndpointParameters.read(old.params)
        let observation = try await accepted(secret, provider, params, probing: probing)
        let key = try await store.command { connection, chain, now in
            try connection.keepInUse(ring.primary)
            let key = try connection.requireKey(old.id)
            try write(secret, expiresAt, over: key, provider, observation, connection, now)
            try connection.dropNotices(about: key.id)
            try chain.append(key.audit(.keyReplaced, observation, at: now), to: connection)
            return try connection.requireKey(key.id)
        }
        try await store.database.purge()
        return (key, observation)
    }

    private func write(
        _ secret: SecretBytes, _ expiresAt: Date?, over key: StoredKey, _ provider: Provider,
        _ observation: Observation?, _ connection: Connection, _ now: Date
    ) throws {
        guard key.health.status != .revoked else { throw KeyStore.revoked }
        let expiresAt = observation?.classification.expiresAt ?? expiresAt
        var health = key.health.replaced(observation, expiresAt: expiresAt, period: period, now: now)
        health.keyType = secret.withBytes(provider.keyType)
        if try !connection.requireTenant(key.tenantID).byok { health.nextProbeAt = nil }
        guard try connection.writeHealth(health, keyID: key.id, ifStill: key.health) else {
            throw InvalidInput("the key was changed meanwhile; look at it and try again")
        }
        let shown = secret.withBytes { KeyDisplay(of: $0, shapes: provider.keyShapes, settings: display) }
        let sealed = try Sealer(ring).seal(secret, associatedData: key.associatedData)
        try connection.execute(
            """
            UPDATE stored_key SET ciphertext = $1, prefix = $2, hint = $3, expires_at = $4, updated_at = $5
            WHERE id = $6
            """,
            [
                .blob(sealed), .text(shown.prefix), .text(shown.hint), .time(expiresAt), .time(now), .text(key.id),
            ])
    }
}

extension KeyHealth {
    fileprivate func replaced(
        _ observation: Observation?, expiresAt: Date?, period: TimeInterval, now: Date
    ) -> KeyHealth {
        var health = self
        health.version += 1
        // What the old key was found to be says nothing about this one.
        health.exhaustedSince = nil
        health.lastCheckedAt = nil
        health.lastConclusiveAt = nil
        health.lastFinding = nil
        health.aliveAt = nil
        health.uncheckableSince = nil
        if status == .disabled, disabling?.by == .operator {
            health.suspicion = nil
            return health
        }
        health.becomeActive()
        health.nextProbeAt = now
        if let observation { health.accept(observation, period: period) }
        health.keepUntil(expiry: expiresAt, now: now)
        return health
    }
}
