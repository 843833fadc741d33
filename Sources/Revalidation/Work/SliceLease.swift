internal import Database
internal import Foundation
internal import KeyVigil

/// The slices that this run may write to, by a fencing token. Every effect's transaction asks for it first.
struct SliceLease: Sendable {
    let runner: String
    /// 0 until the first slice is leased.
    var token = 0
    var slices: [Int] = []
    /// It is surely ours until then, counted from before it was asked for: a runner that was paused asks nothing of a
    /// provider before the store has said that its slices are still its own.
    var heldUntil = ContinuousClock.now

    var isHeld: Bool { slices.isEmpty || ContinuousClock.now < heldUntil }

    /// In seconds. Test builds may make it shorter: `KEYVIGIL_TEST_LEASE`.
    static let length: TimeInterval = {
        #if DEBUG
            if let text = ProcessInfo.processInfo.environment["KEYVIGIL_TEST_LEASE"] { return Double(text) ?? 300 }
        #endif
        return 300
    }()
    /// A commit renews what is left of it once that is less; sooner would only cost the store work.
    static let renewedBelow = length * 0.8

    /// For results outside the leased slices, which the key's version and status guard alone.
    var withoutSlices: SliceLease { SliceLease(runner: runner) }
}

/// The lease went to another runner while this one was away; its results are dropped, nothing was written.
struct LeaseLost: Error {}
