internal import Database
internal import Foundation
internal import KeyVigil

/// A tenant's keys of one provider for which there was no room.
struct PassedBy: Hashable {
    let provider: String
    let tenantID: String
}

/// Where a sweep stands in the leased slices.
struct Reading {
    private var slices: [Int]
    private let selection: RunSelection
    private let providers: [String]
    private let startedAt: Date
    private var nextSlice = 0
    private var cursor: DueCursor?
    /// Whose queue was full when keys of theirs came by; these keys are read again in another round.
    var passedBy: Set<PassedBy> = []
    var isBusy = false
    var taken = 0
    /// Whether other slices may be leased.
    var hasMore: Bool

    init(slices: [Int], hasMore: Bool, selection: RunSelection, providers: [String], startedAt: Date) {
        self.slices = slices
        self.hasMore = hasMore
        self.selection = selection
        self.providers = providers
        self.startedAt = startedAt
    }

    private var isRoundOver: Bool { cursor == nil && nextSlice == slices.count }
    var isLimitReached: Bool { selection.limit.map { taken >= $0 } ?? false }
    var isDone: Bool { isLimitReached || (isRoundOver && !hasMore && passedBy.isEmpty && !isBusy) }

    /// Whether to ask for more slices: all that are leased were read.
    mutating func beginClaim() -> Bool {
        guard !isBusy, !isLimitReached, isRoundOver, hasMore else { return false }
        isBusy = true
        return true
    }

    mutating func add(_ more: [Int]) {
        isBusy = false
        slices += more
        hasMore = !more.isEmpty
    }

    /// The page to read next, or nil where there is none now.
    ///
    /// - Parameter wantsMore: whether a queue whose keys were passed by can take some again.
    mutating func begin(wantsMore: (PassedBy) -> Bool) -> DueCursor? {
        guard !isBusy, !isLimitReached else { return nil }
        if isRoundOver, passedBy.contains(where: wantsMore) {
            passedBy = []
            nextSlice = 0
        }
        guard let page = cursor ?? nextCursor() else { return nil }
        isBusy = true
        return page
    }

    mutating func end(_ cursor: DueCursor, isLast: Bool) {
        isBusy = false
        self.cursor = isLast ? nil : cursor
    }

    private mutating func nextCursor() -> DueCursor? {
        guard nextSlice < slices.count else { return nil }
        defer { nextSlice += 1 }
        return DueCursor(slice: slices[nextSlice], selection: selection, providers: providers, startedAt: startedAt)
    }
}

extension Sweep {
    /// Reads the next page while keys are on the wire, as long as there is room for it.
    func readIfHungry() {
        guard stopped == nil, queues.values.reduce(0, { $0 + $1.count }) < 4 * DueCursor.page else { return }
        if reading.beginClaim() { return claim() }
        let queues = queues
        guard var cursor = reading.begin(wantsMore: { queues[$0.provider]?.wantsMore(for: $0.tenantID) ?? true })
        else { return }
        let (inbox, database) = (inbox, vault.store.database)
        Task {
            do {
                let (keys, next) = try await database.read { [cursor] connection in
                    var cursor = cursor
                    return (try cursor.next(connection), cursor)
                }
                cursor = next
                inbox.yield(.page(slice: cursor, keys))
            } catch {
                inbox.yield(.failed(error))
            }
        }
    }

    /// Leases more slices while keys of the others are on the wire.
    private func claim() {
        let (inbox, store, lease, selection) = (inbox, vault.store, lease, options.selection)
        let (providers, startedAt) = (ProviderRoster(vault.catalogue, vault.overrides).live, startedAt)
        Task {
            do {
                let claim = try await store.database.sharedTransaction { connection in
                    try connection.claimSlices(lease, selection, of: providers, dueAt: startedAt, now: store.now())
                }
                inbox.yield(.claimed(claim))
            } catch {
                inbox.yield(.failed(error))
            }
        }
    }

    func take(_ claim: SliceClaim) {
        lease = claim.lease
        tally.due += claim.due
        reading.add(claim.new)
    }

    func take(_ keys: [DueKey], from cursor: DueCursor) {
        Failpoint.keysRead.hit()
        reading.end(cursor, isLast: keys.count < DueCursor.page)
        guard stopped == nil else { return }
        for due in keys where !known.contains(due.key.id) && !reading.isLimitReached { queue(due) }
    }

    func queue(_ due: DueKey) {
        guard let provider = vault.catalogue[due.key.provider] else { return }
        let override = vault.overrides[provider.id]
        if queues[provider.id] == nil {
            queues[provider.id] = ProviderQueue(
                ratePerSecond: override?.ratePerSecond ?? provider.ratePerSecond,
                tenantRatePerSecond: override?.tenantRatePerSecond ?? provider.tenantRatePerSecond)
        }
        guard queues[provider.id]?.hasRoom(for: due.key.tenantID) == true else {
            reading.passedBy.insert(PassedBy(provider: provider.id, tenantID: due.key.tenantID))
            return
        }
        reading.taken += 1
        known.insert(due.key.id)
        // In place: a copy of the queue would take all its keys with it, for each key again.
        queues[provider.id]?.append(due)
    }
}
