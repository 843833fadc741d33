internal import Secrets

/// What became of the stored keys that were not under the ring's first key.
package struct KeyRotation: Sendable {
    /// The ring whose first key seals them.
    let ring: KeyRing
    /// Under the first key now.
    package internal(set) var rotated = 0
    /// Replaced or deleted while their turn came; left as somebody else made them.
    package internal(set) var changedMeanwhile = 0
    /// Do not open with the key that they name; left as they are.
    package internal(set) var damaged = 0
    /// All that are still under another key, by its id.
    package internal(set) var left: [UInt32: Int] = [:]
    /// Whether somebody wished to stop before the end.
    package internal(set) var isStopped = false

    init(_ ring: KeyRing) { self.ring = ring }

    /// The id of the key that seals them.
    package var target: UInt32 { ring.primary.id }

    /// Under keys that this ring lacks.
    package var foreign: Int { left.filter { ring.key($0.key) == nil }.values.reduce(0, +) }

    /// Stored under an older key of the ring while the others were rotated: some program's ring begins with it still.
    package var storedMeanwhile: Int { isStopped ? 0 : max(left.values.reduce(0, +) - foreign - damaged, 0) }

    /// Whether a person should look: some keys could not be rotated.
    package var needsAttention: Bool { !left.isEmpty }

    mutating func add(_ batch: KeyRotationBatch, rotated count: Int) {
        rotated += count
        changedMeanwhile += batch.resealed.count - count
        damaged += batch.damaged
    }
}

/// Ciphertexts of one page, sealed anew in memory.
struct KeyRotationBatch: Sendable {
    /// A ciphertext that was read, and what takes its place.
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

/// A ciphertext and what it is bound to.
struct SealedKey: Sendable {
    let id: String
    let associatedData: [UInt8]
    let ciphertext: [UInt8]
}
