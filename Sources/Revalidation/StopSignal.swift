internal import Synchronization

/// The wish that a run ends early, as SIGTERM brings it.
public final class StopSignal: Sendable {
    private let raised = Atomic(false)
    /// Yields once the wish is there; for one reader.
    let wishes: AsyncStream<Void>
    private let inbox: AsyncStream<Void>.Continuation

    /// No wish yet.
    public init() { (wishes, inbox) = AsyncStream.makeStream() }

    /// Whether the wish is there.
    public var isRaised: Bool { raised.load(ordering: .acquiring) }

    /// Wishes it; further calls change nothing.
    public func raise() {
        raised.store(true, ordering: .releasing)
        inbox.yield()
    }
}
