internal import Database
internal import Foundation
internal import KeyVigil

/// The slices that this run may write to, with a fencing token. Every transaction that writes results verifies the
/// token first.
struct SliceLease: Sendable {
    let runner: String
    /// 0 until the first slice is leased.
    var token = 0
    var slices: [Int] = []
    /// No other runner can lease the slices before this time, which is counted from before the request to the store.
    /// A runner that was paused past it sends no probe before the store has confirmed the lease.
    var heldUntil = ContinuousClock.now

    var isHeld: Bool { slices.isEmpty || ContinuousClock.now < heldUntil }

    /// In seconds. `KEYVIGIL_TEST_LEASE` changes it in debug builds.
    static let length: TimeInterval = {
        #if DEBUG
            if let text = ProcessInfo.processInfo.environment["KEYVIGIL_TEST_LEASE"] { return Double(text) ?? 300 }
        #endif
        return 300
    }()
    /// In seconds. A commit renews the lease once less than this is left of it; more frequent renewals would only
    /// load the store.
    static let renewedBelow = length * 0.8

    /// A lease without slices, for results of keys outside the leased slices: only the key's version and status guard
    /// those.
    var withoutSlices: SliceLease { SliceLease(runner: runner) }
}

/// Another runner has leased the slices meanwhile, as after a pause of this process. Nothing was written; the results
/// are dropped.
struct LeaseLost: Error {}
