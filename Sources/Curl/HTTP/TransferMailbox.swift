/// Passes requests from callers to the thread of the transfers, and completions back.
final class TransferMailbox: Sendable {
    private struct State {
        var submitted: [TransferJob] = []
        var finished: [Completion] = []
        /// How many requests of the batch stream wait for their completion.
        var outstanding = 0
        var readers: [CheckedContinuation<[Completion], Never>] = []
        var deadline: ContinuousClock.Instant?
    }

    private let state = Locked(State())

    /// Queues jobs; false when the client was stopped, and then the caller completes them (see ``deliver(_:)``).
    func submit(_ jobs: [TransferJob]) -> Bool {
        state.withLock { state in
            state.outstanding += jobs.count { $0.continuation == nil }
            guard state.deadline == nil else { return false }
            state.submitted += jobs
            return true
        }
    }

    /// Removes and returns everything submitted since the last call. The deadline, once the client was stopped, is when
    /// the remaining transfers are aborted.
    func drainSubmitted() -> (jobs: [TransferJob], deadline: ContinuousClock.Instant?) {
        state.withLock { state in
            guard !state.submitted.isEmpty else { return ([], state.deadline) }
            defer { state.submitted = [] }
            return (state.submitted, state.deadline)
        }
    }

    /// Accepts no more requests; those under way may finish until the deadline.
    func stop(at deadline: ContinuousClock.Instant) {
        let readers = state.withLock { state in
            state.deadline = min(state.deadline ?? deadline, deadline)
            return Self.removeReadersAtEnd(&state)
        }
        for reader in readers { reader.resume(returning: []) }
    }

    /// Gives a batch to the reader that waits, or keeps it for the next one.
    func deliver(_ completions: [Completion]) {
        var reader: CheckedContinuation<[Completion], Never>?
        var batch: [Completion] = []
        let readersAtEnd = state.withLock { state in
            state.outstanding -= completions.count
            state.finished += completions
            if !state.readers.isEmpty, !state.finished.isEmpty {
                reader = state.readers.removeFirst()
                batch = state.finished
                state.finished = []
            }
            return Self.removeReadersAtEnd(&state)
        }
        reader?.resume(returning: batch)
        for reader in readersAtEnd { reader.resume(returning: []) }
    }

    /// Waits for the next batch of completions; empty when the client was stopped and none is outstanding.
    func next() async -> [Completion] {
        await withCheckedContinuation { continuation in
            let batch: [Completion]? = state.withLock { state in
                if !state.finished.isEmpty || (state.deadline != nil && state.outstanding == 0) {
                    defer { state.finished = [] }
                    return state.finished
                }
                state.readers.append(continuation)
                return nil
            }
            if let batch { continuation.resume(returning: batch) }
        }
    }

    /// After a stop, when no completion is left: all readers, which then get an empty batch.
    private static func removeReadersAtEnd(_ state: inout State) -> [CheckedContinuation<[Completion], Never>] {
        guard state.deadline != nil, state.outstanding == 0, state.finished.isEmpty else { return [] }
        defer { state.readers = [] }
        return state.readers
    }
}
