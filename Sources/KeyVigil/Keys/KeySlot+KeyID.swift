internal import Secrets
package import Vocabulary

extension KeySlot {
    /// Both numbers come from the key's id, so they never move.
    ///
    /// The slice is the id's first six bits: a slice is then one stretch of every table and index that is ordered by key,
    /// and a batch writes few pages instead of one for each key. Ids that are not random UUIDs spread less evenly.
    package init(keyID: String) throws {
        let digest = try SHA256.hash(Array(keyID.utf8))
        let slice = Int(UInt8(keyID.prefix(2), radix: 16) ?? digest[0]) * Self.slices / 256
        let seconds = Int(digest[1...4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } % 518_400)
        self.init(slice: slice, seconds: seconds)
    }
}
