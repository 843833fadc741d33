internal import Secrets

/// The result of encrypting stored keys with the ring's first master key.
package struct KeyRotation: Sendable {
    /// The ring whose first master key encrypts the keys.
    let ring: KeyRing
    /// How many keys are now encrypted with the first master key.
    package internal(set) var rotated = 0
    /// How many keys were replaced or deleted meanwhile, and therefore left as they are.
    package internal(set) var changedMeanwhile = 0
    /// How many keys cannot be decrypted with the master key that they name; they are left as they are.
    package internal(set) var damaged = 0
    /// How many keys are still encrypted with another master key, by its id.
    package internal(set) var left: [UInt32: Int] = [:]
    /// Whether a stop request ended the rotation early.
    package internal(set) var isStopped = false

    init(_ ring: KeyRing) { self.ring = ring }

    /// The id of the ring's first master key, which encrypts the keys.
    package var target: UInt32 { ring.primary.id }

    /// How many keys are encrypted with a master key that the ring lacks.
    package var foreign: Int { left.filter { ring.key($0.key) == nil }.values.reduce(0, +) }

    /// How many keys were stored under an older master key of the ring during the rotation: some program's ring still
    /// begins with it.
    package var storedMeanwhile: Int { isStopped ? 0 : max(left.values.reduce(0, +) - foreign - damaged, 0) }

    /// How its run ended.
    package var outcome: RunRecord.Outcome { isStopped ? .partial : .complete }

    /// Whether an operator has to act, because some keys are still under another master key.
    package var needsAttention: Bool { !left.isEmpty }

    mutating func add(_ batch: KeyRotationBatch, rotated count: Int) {
        rotated += count
        changedMeanwhile += batch.resealed.count - count
        damaged += batch.damaged
    }
}

/// The ciphertexts of one page, encrypted in memory with the new master key.
struct KeyRotationBatch: Sendable {
    /// A ciphertext that was read, and the one that replaces it.
    struct Resealed: Sendable {
        let keyID: String
        let old: [UInt8]
        let new: [UInt8]
    }

    private(set) var resealed: [Resealed] = []
    private(set) var damaged = 0

    init(_ page: [SealedKey], _ sealer: Sealer) throws {
        for key in page {
            guard let secret = try? sealer.open(key.ciphertext, associatedData: key.associatedData) else {
                damaged += 1
                continue
            }
            let new = try sealer.seal(secret, associatedData: key.associatedData)
            resealed.append(Resealed(keyID: key.id, old: key.ciphertext, new: new))
        }
    }
}

/// A ciphertext and its associated data.
struct SealedKey: Sendable {
    let id: String
    let associatedData: [UInt8]
    let ciphertext: [UInt8]
}
