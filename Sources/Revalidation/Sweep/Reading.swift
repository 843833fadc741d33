internal import Foundation

/// A tenant's keys of one provider for which there was no room.
struct PassedBy: Hashable {
    let provider: String
    let tenantID: String
}

/// How much the queues can take; asked of each provider.
protocol ReadingRoom {
    /// Keys of this provider that may be read now; 0 while its queue is more than half full.
    func room(for provider: String) -> Int
    /// Whether a tenant whose keys were passed by can take some again.
    func hasRoom(for passedBy: PassedBy) -> Bool
}

/// Where a sweep stands in the leased slices.
///
/// A page holds keys of those providers only that have room for all of it. What is left out, and keys for whose tenant
/// there was no room, get a round of their own over the slices, so that a slow provider costs no reading while it is busy.
struct Reading {
    private var slices: [Int]
    private let selection: RunSelection
    private let providers: [String]
    private let startedAt: Date
    private var nextSlice = 0
    private var cursor: DueCursor?
    /// Whose keys this round is for.
    private var wanted: Set<String>
    /// Whose keys were left out of some page.
    private var leftOut: Set<String> = []
    /// Whose part of a queue was full when keys of theirs came by.
    var passedBy: Set<PassedBy> = []
    var isBusy = false
    var taken = 0
    /// Whether other slices may be leased.
    var hasMore: Bool

    init(slices: [Int], hasMore: Bool, selection: RunSelection, providers: [String], startedAt: Date) {
        self.slices = slices
        self.hasMore = hasMore
        self.selection = selection
        self.providers = providers.filter { selection.provider ?? $0 == $0 }
        self.startedAt = startedAt
        wanted = Set(self.providers)
    }

    private var isRoundOver: Bool { cursor == nil && nextSlice == slices.count }
    var isLimitReached: Bool { selection.limit.map { taken >= $0 } ?? false }
    var isDone: Bool {
        isLimitReached || (isRoundOver && !hasMore && passedBy.isEmpty && leftOut.isEmpty && !isBusy)
    }

    /// Whether to ask for more slices: all that are leased were read, and there is room.
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
        if hasMore { wanted = Set(providers) }
    }

    /// The page to read next, or nil where there is none now.
    mutating func begin(_ queues: some ReadingRoom) -> DueCursor? {
        guard !isBusy, !isLimitReached else { return nil }
        if isRoundOver { beginRound(queues) }
        let rooms = wanted.map { ($0, queues.room(for: $0)) }.filter { $0.1 > 0 }
        guard !rooms.isEmpty, var page = cursor ?? nextCursor() else { return nil }
        page.providers = rooms.map(\.0).sorted()
        page.limit = min(rooms.map(\.1).min() ?? 0, DueCursor.mostKeys)
        leftOut.formUnion(wanted.subtracting(page.providers))
        isBusy = true
        return page
    }

    private mutating func beginRound(_ queues: some ReadingRoom) {
        let again = leftOut.union(passedBy.filter(queues.hasRoom).map(\.provider))
            .filter { queues.room(for: $0) > 0 }
        guard !again.isEmpty else { return }
        wanted = again
        leftOut.subtract(again)
        passedBy = passedBy.filter { !again.contains($0.provider) }
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
    /// Before its first key a provider makes no page small: should it be a slow one, what is too much is passed by once.
    func room(for provider: String) -> Int { self[provider]?.roomToRead ?? DueCursor.mostKeys }

    func hasRoom(for passedBy: PassedBy) -> Bool { self[passedBy.provider]?.wantsMore(for: passedBy.tenantID) ?? true }
}
