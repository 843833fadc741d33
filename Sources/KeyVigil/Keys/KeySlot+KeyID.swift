internal import Secrets
package import Vocabulary

extension KeySlot {
    /// The slot of a key. Both numbers are computed from its id, so they never change.
    ///
    /// The slice is the id's first six bits. A slice is therefore one range of every table and index that is ordered
    /// by key, and a batch writes few pages instead of one for each key. Non-random ids spread less evenly.
    ///
    /// - Throws: `OpenSSLError` where SHA-256 is not available.
    package init(keyID: String) throws {
        let digest = try SHA256.hash(Array(keyID.utf8))
        let slice = Int(UInt8(keyID.prefix(2), radix: 16) ?? digest[0]) * Self.slices / 256
        let seconds = Int(digest[1...4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } % 518_400)
        self.init(slice: slice, seconds: seconds)
    }
}
