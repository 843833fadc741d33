package import Database
internal import Foundation
package import Secrets
internal import Vocabulary

extension KeyStore {
    /// Encrypts every stored key with the ring's first master key that is encrypted with another one of the ring. It
    /// works in batches, and leaves a key that changed since it was read. Health and version stay as they are.
    ///
    /// If it is killed, the next call continues where it stopped. Runners whose ring has both master keys are not
    /// affected. Call ``verify(_:)`` with the ring first.
    ///
    /// - Parameters:
    ///   - ring: its first master key encrypts the keys, the others decrypt them.
    ///   - stop: a stop request, which ends the rotation after the present batch.
    ///   - progress: is called after each batch with the numbers of keys that were handled and that there are.
    /// - Throws: ``WrongKeyRing``, ``RetiredMasterKey`` or `DatabaseError`. Committed batches stay; call it again.
    package func rotate(
        to ring: KeyRing, stop: StopSignal, progress: (_ done: Int, _ total: Int) -> Void
    ) async throws -> KeyRotation {
        var rotation = KeyRotation(ring)
        rotation.left = try await keysOutside(ring.primary)
        let old = ring.keys.filter { rotation.left[$0.id] != nil }
        guard !old.isEmpty else { return rotation }
        var work = try await beginRotation(rotation, of: old.reduce(0) { $0 + (rotation.left[$1.id] ?? 0) })
        for key in old { try await rotate(key, in: &work, stop: stop, progress: progress) }
        rotation = work.rotation
        rotation.left = try await keysOutside(ring.primary)
        try await finish(work.run.id, outcome: rotation.outcome)
        // Removes the old ciphertexts from the write-ahead log, too.
        try await database.truncateWriteAheadLog()
        return rotation
    }

    private struct Work {
        var rotation: KeyRotation
        let run: AuditedRun
        let total: Int
        var done = 0
    }

    private func keysOutside(_ key: MasterKey) async throws -> [UInt32: Int] {
        try await database.read { try MasterKeyTable.storedKeyCounts(in: $0) }.filter { $0.key != key.id }
    }

    private func beginRotation(_ rotation: KeyRotation, of total: Int) async throws -> Work {
        let record = RunRecord(kind: .command, runner: runner, program: program, startedAt: now())
        try await transaction { try RunTable.insert(record, in: $0) }
        return Work(rotation: rotation, run: try AuditedRun(record), total: total)
    }

    private func rotate(
        _ key: MasterKey, in work: inout Work, stop: StopSignal, progress: (Int, Int) -> Void
    ) async throws {
        var last = ""
        while true {
            let page = try await sealedKeys(under: key.id, after: last)
            guard let end = page.last else { return }
            guard !stop.isRaised else { return work.rotation.isStopped = true }
            let batch = try KeyRotationBatch(page, Sealer(work.rotation.ring))
            let written = try await write(batch, from: key, of: work)
            work.rotation.add(batch, rotated: written)
            work.done += page.count
            last = end.id
            progress(work.done, max(work.total, work.done))
        }
    }

    /// A batch of the keys that are encrypted with one master key, in order of id, after the key `last`; empty at the
    /// end.
    func sealedKeys(under id: UInt32, after last: String) async throws -> [SealedKey] {
        try await database.read { try KeyTable.sealedKeys(under: id, after: last, in: $0) }
    }

    /// A shared transaction, so that runs can write at the same time: the statement itself changes only keys that are
    /// still what was read.
    private func write(
        _ batch: KeyRotationBatch, from key: MasterKey, of work: Work
    ) async throws -> Int {
        try await sharedTransaction(of: work.run) { transaction in
            try MasterKeyTable.keepInUse(work.rotation.ring.primary, in: transaction)
            let written = try KeyTable.reseal(batch, in: transaction)
            let facts = MasterKeyRotated(
                from: MasterKey.name(key.id), to: MasterKey.name(work.rotation.target), keys: written,
                damaged: batch.damaged, changed: batch.resealed.count - written)
            try transaction.append(AuditEntry(facts, at: transaction.now))
            return written
        }
    }

    private func finish(_ runID: String, outcome: RunRecord.Outcome) async throws {
        try await transaction { transaction in
            try RunTable.finish(runID, outcome: outcome, at: transaction.now, in: transaction)
        }
    }
}

extension KeyTable {
    /// A batch of the keys that are encrypted with one master key, in order of id, after the key `last`.
    static func sealedKeys(under id: UInt32, after last: String, in connection: Connection) throws -> [SealedKey] {
        let page = try connection.query(
            """
            SELECT \(KeyColumn.allCases.list(of: "k")),
                (SELECT h.key_version FROM key_health h WHERE h.key_id = k.id)
            FROM stored_key k WHERE \(pageOfMasterKey(in: connection)) LIMIT 500
            """, [.blob(MasterKey.bytes(id)), .id(after: last)], SealedKey.init)
        return Array(page.prefix { Sealer.keyRingID(of: $0.ciphertext) == id })
    }

    /// The condition and order of a page, by the index. PostgreSQL, without statistics about the master keys, would
    /// sort all remaining keys for each page; compared as a row it can only use the index, and the page may end with
    /// keys under the next master key.
    private static func pageOfMasterKey(in connection: Connection) -> String {
        connection.dialect == .sqlite
            ? "substr(ciphertext, 2, 4) = $1 AND id > $2 ORDER BY id"
            : "(substr(ciphertext, 2, 4), id) > ($1, $2) ORDER BY substr(ciphertext, 2, 4), id"
    }

    /// Writes the new ciphertexts of keys that are still what was read, and returns how many these are.
    static func reseal(_ batch: KeyRotationBatch, in transaction: StoreTransaction) throws -> Int {
        try transaction.execute(
            Self.reseal, rows: batch.resealed.map { [.blob($0.new), .id($0.keyID), .blob($0.old)] }
        ).count { $0 }
    }

    private static let reseal = BatchStatement.update(
        "stored_key", set: "ciphertext = $1", where: "id = $2 AND ciphertext = $3", types: [.blob, .id, .blob])
}

extension SealedKey {
    /// Reads all columns of `stored_key`, and the key's version after them.
    fileprivate init(row: Row) {
        let key = ColumnReader<KeyColumn>(row: row, start: 0)
        id = key.text(.id)
        ciphertext = key.blob(.ciphertext)
        associatedData = AssociatedData.bytes(
            tenantID: key.text(.tenantID), scope: Scope(kind: key.text(.scopeKind), id: key.text(.scopeID)),
            keyID: id, version: row.integer(KeyColumn.allCases.count), provider: key.text(.provider),
            params: key.text(.params))
    }
}
