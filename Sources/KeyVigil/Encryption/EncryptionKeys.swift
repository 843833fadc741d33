internal import Database
internal import Foundation
public import Secrets

/// The ring that was handed in is not the one this store was written with. Exit status 78; nothing was touched.
public struct WrongKeyRing: Error, Equatable, CustomStringConvertible {
    /// What to do about it.
    public var description: String {
        "the encryption key is not the one this store was written with; set BYOK_ENCRYPTION_KEY or "
            + "BYOK_ENCRYPTION_KEYS to the key it was, nothing was touched"
    }
}

/// The ring begins with a master key that was retired: what it would write could not be read by the others. Exit status
/// 78; nothing was touched.
public struct RetiredMasterKey: Error, Equatable, CustomStringConvertible {
    /// The key's id, as ciphertexts name it.
    public let id: UInt32

    /// What to do about it.
    public var description: String {
        "the first encryption key of the ring, \(MasterKey.name(id)), is retired; put the new key first, nothing was touched"
    }
}

extension KeyStore {
    /// Compares the ring with what the store knows of its keys (ruling 23) before anything else happens.
    ///
    /// At least one id that is in use must be common and every common one must agree; ids new to the store are noted, so
    /// that a damaged copy is caught next time. A store without keys accepts any ring. The key that encrypts must not be
    /// retired.
    public func verify(_ ring: KeyRing) async throws {
        // Asked first, so that a command that only reads does not wait for a run that writes.
        guard try await database.read({ try $0.holdsNoKey() || !$0.newKeys(of: ring).isEmpty }) else { return }
        let now = now()
        try await database.transaction { connection in
            if try connection.holdsNoKey() {
                try connection.execute("DELETE FROM encryption_key WHERE retired_at IS NULL")
            }
            for key in try connection.newKeys(of: ring) {
                try connection.execute(
                    "INSERT INTO encryption_key (id, check_value, since) VALUES ($1, $2, $3)",
                    [.integer(Int(key.id)), .blob(key.checkValue), .time(now)])
            }
        }
    }
}

extension Connection {
    fileprivate func holdsNoKey() throws -> Bool {
        try first("SELECT 1 FROM stored_key LIMIT 1") { _ in true } == nil
    }

    /// Those that the store has not met yet; throws where ring and store do not belong together.
    fileprivate func newKeys(of ring: KeyRing) throws -> [MasterKey] {
        let known = try knownMasterKeys()
        let common = ring.keys.filter { known[$0.id] != nil }
        guard common.allSatisfy({ known[$0.id]?.checkValue == $0.checkValue }) else { throw WrongKeyRing() }
        guard known[ring.primary.id]?.retiredAt == nil else { throw RetiredMasterKey(id: ring.primary.id) }
        guard common.contains(where: { known[$0.id]?.retiredAt == nil }) || known.values.allSatisfy(\.isRetired)
        else { throw WrongKeyRing() }
        return ring.keys.filter { known[$0.id] == nil }
    }
}

/// What the store knows of a master key.
struct KnownMasterKey: Sendable {
    let checkValue: [UInt8]
    let since: Date?
    let retiredAt: Date?

    var isRetired: Bool { retiredAt != nil }
}

extension Connection {
    func knownMasterKeys() throws -> [UInt32: KnownMasterKey] {
        Dictionary(
            uniqueKeysWithValues: try query("SELECT id, check_value, since, retired_at FROM encryption_key") { row in
                let known = KnownMasterKey(checkValue: row.blob(1), since: row.time(2), retiredAt: row.time(3))
                return (UInt32(row.integer(0)), known)
            })
    }

    /// Part of every transaction that stores a ciphertext: its master key is in use, and stays so until the end. A ring
    /// that was verified an hour ago may begin with a key that was retired since.
    func keepInUse(_ key: MasterKey) throws {
        let isRetired = try first(
            "SELECT retired_at IS NOT NULL FROM encryption_key WHERE id = $1 \(dialect.keepingRows)",
            [.integer(Int(key.id))]
        ) { $0.flag(0) }
        guard let isRetired else { throw WrongKeyRing() }
        guard !isRetired else { throw RetiredMasterKey(id: key.id) }
    }
}
