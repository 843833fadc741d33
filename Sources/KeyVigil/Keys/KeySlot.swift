public import Foundation
internal import Secrets

/// A key's fixed place: which slice a runner leases it with, and when in the six days its turn comes.
public struct KeySlot: Sendable, Equatable {
    /// 0 to 63.
    public let slice: Int
    /// Seconds into the recurring period, from 0 to its length less one.
    public let seconds: Int

    /// How many slices the key space is cut into.
    public static let slices = 64

    /// Slots recur every period less one day, so that starts up to a day apart keep the period strictly (ruling 12).
    public static func recurrence(period: TimeInterval) -> TimeInterval { max(period - 86_400, period / 7) }

    /// Both numbers come from the key's id, so they never move.
    ///
    /// The slice is the id's first six bits: a slice is then one stretch of every table and index that is ordered by key,
    /// and a batch writes few pages instead of one for each key. Ids that are not random UUIDs spread less evenly.
    public init(keyID: String) throws {
        let digest = try SHA256.hash(Array(keyID.utf8))
        slice = Int(UInt8(keyID.prefix(2), radix: 16) ?? digest[0]) * Self.slices / 256
        seconds = Int(digest[1...4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } % 518_400)
    }

    /// The next turn strictly after `date`.
    public static func next(after date: Date, slot: Int, period: TimeInterval) -> Date {
        let length = recurrence(period: period)
        let offset = Double(slot).truncatingRemainder(dividingBy: length)
        let turns = ((date.timeIntervalSince1970 - offset) / length).rounded(.down) + 1
        return Date(timeIntervalSince1970: turns * length + offset)
    }
}
