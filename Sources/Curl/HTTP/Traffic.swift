/// What callers and the thread of the transfers hand each other.
final class Traffic: Sendable {
    private struct State {
        var submitted: [TransferJob] = []
        var finished: [Completion] = []
        /// Requests of the batch stream that have no completion yet.
        var owed = 0
        var readers: [CheckedContinuation<[Completion], Never>] = []
        var deadline: ContinuousClock.Instant?
    }

    private let state = Locked(State())

    /// False when the client was stopped: the caller then owes the jobs their end (see ``deliver(_:)``).
    func submit(_ jobs: [TransferJob]) -> Bool {
        state.withLock { state in
            state.owed += jobs.count { $0.continuation == nil }
            guard state.deadline == nil else { return false }
            state.submitted += jobs
            return true
        }
    }

    /// Everything submitted since the last call, and whether and when all must be over.
    func takeSubmitted() -> (jobs: [TransferJob], deadline: ContinuousClock.Instant?) {
        state.withLock { state in
            guard !state.submitted.isEmpty else { return ([], state.deadline) }
            defer { state.submitted = [] }
            return (state.submitted, state.deadline)
        }
    }

    func stop(at deadline: ContinuousClock.Instant) {
        let readers = state.withLock { state in
            state.deadline = min(state.deadline ?? deadline, deadline)
            return Self.readersAtEnd(&state)
        }
        for reader in readers { reader.resume(returning: []) }
    }

    /// Hands a batch to the reader that waits, or keeps it for the next one.
    func deliver(_ completions: [Completion]) {
        let (reader, batch, rest) = state.withLock { state in
            state.owed -= completions.count
            state.finished += completions
            guard !state.readers.isEmpty, !state.finished.isEmpty else {
                return (nil as CheckedContinuation<[Completion], Never>?, [Completion](), Self.readersAtEnd(&state))
            }
            let reader = state.readers.removeFirst()
            let batch = state.finished
            state.finished = []
            return (reader, batch, Self.readersAtEnd(&state))
        }
        reader?.resume(returning: batch)
        for reader in rest { reader.resume(returning: []) }
    }

    /// At once what has finished, or the next batch that does; empty when the client was stopped and nothing is owed.
    func next() async -> [Completion] {
        await withCheckedContinuation { continuation in
            let batch: [Completion]? = state.withLock { state in
                if !state.finished.isEmpty || (state.deadline != nil && state.owed == 0) {
                    defer { state.finished = [] }
                    return state.finished
                }
                state.readers.append(continuation)
                return nil
            }
            if let batch { continuation.resume(returning: batch) }
        }
    }

    private static func readersAtEnd(_ state: inout State) -> [CheckedContinuation<[Completion], Never>] {
        guard state.deadline != nil, state.owed == 0, state.finished.isEmpty else { return [] }
        defer { state.readers = [] }
        return state.readers
    }
}
