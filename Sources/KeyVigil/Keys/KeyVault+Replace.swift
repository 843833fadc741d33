internal import Database
public import Foundation
public import Secrets
public import Vocabulary

extension KeyVault {
    /// Replaces a stored key's secret (ruling 31): the version goes up, and the old secret's suspicion and waiting
    /// notices end. A key that the job disabled becomes active; one that an operator disabled stays disabled.
    ///
    /// - Throws: `InvalidInput` for a revoked key and other input to correct, ``KeyRefused`` for a secret that is not
    ///   alive; ``WrongKeyRing`` or ``RetiredMasterKey`` for a ring that does not fit the store; `DatabaseError`
    ///   where the store fails.
    public func replace(
        _ id: String, with secret: SecretBytes, expiresAt: Date? = nil, probing: Bool = true
    ) async throws -> (key: StoredKey, observation: Observation?) {
        let old = try await store.key(id)
        guard old.health.status != .revoked else { throw KeyHealth.revoked }
        let provider = try provider(old.provider)
        let params = EndpointParameters.read(old.params)
        let observation = try await accepted(secret, by: provider, params: params, probing: probing)
        let key = try await store.command { transaction in
            try MasterKeyTable.keepInUse(ring.primary, in: transaction)
            let key = try KeyTable.require(old.id, in: transaction.connection)
            try write(
                secret, expiresAt: expiresAt, over: key, provider: provider, observation: observation, in: transaction)
            try NoticeTable.drop(about: key.id, in: transaction)
            try transaction.append(key.audit(.keyReplaced, observation, at: transaction.now))
            return try KeyTable.require(key.id, in: transaction.connection)
        }
        try await store.database.truncateWriteAheadLog()
        return (key, observation)
    }

    static let changedMeanwhile = InvalidInput("the key was changed meanwhile; look at it and try again")

    private func write(
        _ secret: SecretBytes, expiresAt: Date?, over key: StoredKey, provider: Provider,
        observation: Observation?, in transaction: AuditedTransaction
    ) throws {
        let expiresAt = observation?.classification.expiresAt ?? expiresAt
        var health = key.health
        try health.replace(at: transaction.now)
        health.keyType = secret.withBytes(provider.keyType)
        if let observation { health.accept(observation, period: period) }
        health.keepUntil(expiry: expiresAt, now: transaction.now)
        if try !TenantTable.require(key.tenantID, in: transaction.connection).byok { health.schedule(nil) }
        guard try HealthTable.write(health, keyID: key.id, ifStill: key.health, in: transaction) else {
            throw Self.changedMeanwhile
        }
        let shown = secret.withBytes { KeyDisplay(of: $0, shapes: provider.keyShapes, settings: display) }
        var replaced = key
        replaced.health = health
        let sealed = try Sealer(ring).seal(secret, associatedData: replaced.associatedData)
        try KeyTable.replace(
            key.id, ciphertext: sealed, shown: shown, expiresAt: expiresAt, in: transaction)
    }
}
