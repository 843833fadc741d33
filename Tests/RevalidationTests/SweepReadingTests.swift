import Foundation
import JudgementSupport
import Testing

@testable import Revalidation

struct SweepReadingTests {
    private func reading(_ slices: [Int], limit: Int? = nil) -> Reading {
        var selection = RunSelection()
        selection.limit = limit
        return Reading(
            slices: slices, hasMore: false, selection: selection, providers: ["openai", "groq"],
            startedAt: Judging.start)
    }

    /// A queue with this room for each provider, and for tenants unless it is full.
    private struct Room: ReadingRoom {
        var rooms = ["openai": 1000, "groq": 1000]
        var isFull = false

        func room(for provider: String) -> Int { rooms[provider] ?? 0 }
        func hasRoom(for skipped: SkippedTenant) -> Bool { !isFull }
    }

    @Test("Slices are read in sequence, one page at a time, and then the round is over")
    func oneRound() {
        var reading = reading([3, 5])
        for slice in [3, 5] {
            let page = reading.begin(Room())
            #expect(page?.slice == slice)
            #expect(page?.limit == 500)
            #expect(page?.providers == ["groq", "openai"])
            #expect(reading.begin(Room()) == nil && !reading.isDone)
            if let page { reading.end(page, isLast: true) }
        }
        #expect(reading.begin(Room()) == nil && reading.isDone)
    }

    @Test("A slice continues where its last page ended")
    func pages() {
        var reading = reading([3])
        guard var page = reading.begin(Room()) else { return #expect(Bool(false)) }
        page.after = (Judging.start, "id")
        reading.end(page, isLast: false)
        #expect(reading.begin(Room())?.after.keyID == "id")
    }

    @Test("A page is no larger than the room of each of its providers; one without room is left out and read later")
    func room() {
        var reading = reading([3, 5])
        let first = reading.begin(Room(rooms: ["openai": 120, "groq": 0]))
        #expect(first?.providers == ["openai"] && first?.limit == 120)
        if let first { reading.end(first, isLast: true) }
        // A provider with room again joins the round at its present slice.
        let second = reading.begin(Room())
        #expect(second?.slice == 5 && second?.providers == ["groq", "openai"])
        if let second { reading.end(second, isLast: true) }
        #expect(reading.begin(Room(rooms: ["openai": 1000])) == nil && !reading.isDone)
        for slice in [3, 5] {
            let page = reading.begin(Room())
            #expect(page?.slice == slice && page?.providers == ["groq"])
            if let page { reading.end(page, isLast: true) }
        }
        #expect(reading.isDone)
    }

    @Test("Without room nothing is read and no slice is claimed; later slices are read for all providers")
    func full() {
        var reading = reading([3])
        reading.hasMore = true
        #expect(reading.begin(Room(rooms: [:])) == nil)
        if let page = reading.begin(Room(rooms: ["openai": 9])) { reading.end(page, isLast: true) }
        #expect(!reading.beginClaim(Room(rooms: [:])) && reading.beginClaim(Room()))
        reading.add([8])
        let page = reading.begin(Room())
        #expect(page?.slice == 8 && page?.providers == ["groq", "openai"])
        if let page { reading.end(page, isLast: true) }
        reading.hasMore = false
        #expect(!reading.isDone && reading.begin(Room())?.slice == 3)
    }

    @Test("Tenants that were skipped get another round once they have room")
    func secondRound() {
        var reading = reading([3])
        if let page = reading.begin(Room()) { reading.end(page, isLast: true) }
        reading.skipped = [SkippedTenant(provider: "groq", tenantID: "acme")]
        #expect(reading.begin(Room(isFull: true)) == nil && !reading.isDone)
        let page = reading.begin(Room())
        #expect(page?.slice == 3)
        #expect(page?.providers == ["groq"])
        #expect(reading.skipped.isEmpty)
        if let page { reading.end(page, isLast: true) }
        #expect(reading.isDone)
    }

    @Test("Reading stops at the run's limit of keys")
    func limit() {
        var reading = reading([3, 5], limit: 2)
        reading.taken = 2
        #expect(reading.begin(Room()) == nil && reading.isDone)
    }
}
