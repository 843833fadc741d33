internal import Synchronization

/// The wish that a run ends early, as SIGTERM brings it; a run looks at it every 50 ms.
public final class StopSignal: Sendable {
    private let raised = Atomic(false)

    /// No wish yet.
    public init() {}

    /// Whether the wish is there.
    public var isRaised: Bool { raised.load(ordering: .acquiring) }

    /// Wishes it; further calls change nothing.
    public func raise() { raised.store(true, ordering: .releasing) }
}
