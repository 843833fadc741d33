internal import Foundation

/// A tenant whose keys of one provider were skipped because their queue had no room.
struct SkippedTenant: Hashable {
    let provider: String
    let tenantID: String
}

/// How many keys the queues can take, by provider.
protocol ReadingRoom {
    /// Keys of this provider that may be read now; 0 while its queue is more than half full.
    func room(for provider: String) -> Int
    /// Whether there is room now for keys that were skipped.
    func hasRoom(for skipped: SkippedTenant) -> Bool
}

/// Where a sweep stands in the leased slices.
///
/// A page holds keys of those providers only that have room for the whole page. Providers that were left out, and
/// tenants whose keys were skipped, get another round over the slices, so that a slow provider costs no reads while
/// it is busy.
struct Reading {
    private var slices: [Int]
    private let selection: RunSelection
    private let providers: [String]
    private let startedAt: Date
    private var nextSlice = 0
    private var cursor: DueCursor?
    /// Providers whose keys this round reads.
    private var providersOfRound: Set<String>
    /// Providers that a page of this round left out.
    private var providersLeftOut: Set<String> = []
    /// Tenants whose part of a queue was full when their keys were read.
    var skipped: Set<SkippedTenant> = []
    var isBusy = false
    var taken = 0
    /// Whether more slices may be leased.
    var hasMore: Bool

    init(slices: [Int], hasMore: Bool, selection: RunSelection, providers: [String], startedAt: Date) {
        self.slices = slices
        self.hasMore = hasMore
        self.selection = selection
        self.providers = providers.filter { selection.provider ?? $0 == $0 }
        self.startedAt = startedAt
        providersOfRound = Set(self.providers)
    }

    private var isRoundOver: Bool { cursor == nil && nextSlice == slices.count }
    var isLimitReached: Bool { selection.limit.map { taken >= $0 } ?? false }
    var isDone: Bool {
        isLimitReached || (isRoundOver && !hasMore && skipped.isEmpty && providersLeftOut.isEmpty && !isBusy)
    }

    /// Whether to claim more slices now: all leased ones were read, and a queue has room.
    mutating func beginClaim(_ queues: some ReadingRoom) -> Bool {
        guard !isBusy, !isLimitReached, isRoundOver, hasMore, providers.contains(where: { queues.room(for: $0) > 0 })
        else { return false }
        isBusy = true
        return true
    }

    mutating func add(_ more: [Int]) {
        isBusy = false
        slices += more
        hasMore = !more.isEmpty
        if hasMore { providersOfRound = Set(providers) }
    }

    /// The page to read next, or nil where there is none now.
    mutating func begin(_ queues: some ReadingRoom) -> DueCursor? {
        guard !isBusy, !isLimitReached else { return nil }
        if isRoundOver { beginRound(queues) }
        let rooms = providersOfRound.map { ($0, queues.room(for: $0)) }.filter { $0.1 > 0 }
        guard !rooms.isEmpty, var page = cursor ?? nextCursor() else { return nil }
        page.providers = rooms.map(\.0).sorted()
        page.limit = min(rooms.map(\.1).min() ?? 0, DueCursor.mostKeys)
        providersLeftOut.formUnion(providersOfRound.subtracting(page.providers))
        isBusy = true
        return page
    }

    private mutating func beginRound(_ queues: some ReadingRoom) {
        let again = providersLeftOut.union(skipped.filter(queues.hasRoom).map(\.provider))
            .filter { queues.room(for: $0) > 0 }
        guard !again.isEmpty else { return }
        providersOfRound = again
        providersLeftOut.subtract(again)
        skipped = skipped.filter { !again.contains($0.provider) }
        nextSlice = 0
    }

    mutating func end(_ cursor: DueCursor, isLast: Bool) {
        isBusy = false
        self.cursor = isLast ? nil : cursor
    }

    private mutating func nextCursor() -> DueCursor? {
        guard nextSlice < slices.count else { return nil }
        defer { nextSlice += 1 }
        return DueCursor(slice: slices[nextSlice], selection: selection, startedAt: startedAt)
    }
}

extension [String: ProviderQueue]: ReadingRoom {
    /// A provider without a queue yet does not limit the page; if it is slow, the keys beyond its capacity are skipped
    /// once.
    func room(for provider: String) -> Int { self[provider]?.roomToRead ?? DueCursor.mostKeys }

    func hasRoom(for skipped: SkippedTenant) -> Bool {
        self[skipped.provider]?.wantsMore(for: skipped.tenantID) ?? true
    }
}
