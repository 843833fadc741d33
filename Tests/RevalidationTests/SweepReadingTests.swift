import Foundation
import Testing

@testable import Revalidation

struct SweepReadingTests {
    private func reading(_ slices: [Int], limit: Int? = nil) -> Reading {
        var selection = RunSelection()
        selection.limit = limit
        return Reading(
            slices: slices, hasMore: false, selection: selection, providers: ["openai"], startedAt: Judging.start)
    }

    @Test("Slices are read one after another, one page at a time, and then the round is over")
    func oneRound() {
        var reading = reading([3, 5])
        for slice in [3, 5] {
            let page = reading.begin(wantsMore: { _ in true })
            #expect(page?.slice == slice && reading.begin(wantsMore: { _ in true }) == nil && !reading.isDone)
            if let page { reading.end(page, isLast: true) }
        }
        #expect(reading.begin(wantsMore: { _ in true }) == nil && reading.isDone)
    }

    @Test("A slice goes on where its last page ended")
    func pages() {
        var reading = reading([3])
        guard var page = reading.begin(wantsMore: { _ in true }) else { return #expect(Bool(false)) }
        page.after = (Judging.start, "id")
        reading.end(page, isLast: false)
        #expect(reading.begin(wantsMore: { _ in true })?.after.keyID == "id")
    }

    @Test("Providers that were passed by get another round once they have room")
    func secondRound() {
        var reading = reading([3])
        if let page = reading.begin(wantsMore: { _ in true }) { reading.end(page, isLast: true) }
        reading.passedBy = [PassedBy(provider: "groq", tenantID: "acme")]
        #expect(reading.begin(wantsMore: { _ in false }) == nil && !reading.isDone)
        let page = reading.begin(wantsMore: { $0.provider == "groq" })
        #expect(page?.slice == 3 && reading.passedBy.isEmpty)
        if let page { reading.end(page, isLast: true) }
        #expect(reading.isDone)
    }

    @Test("At its limit it reads no more")
    func limit() {
        var reading = reading([3, 5], limit: 2)
        reading.taken = 2
        #expect(reading.begin(wantsMore: { _ in true }) == nil && reading.isDone)
    }
}
