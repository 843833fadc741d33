import Database
import Foundation
import KeyVigil
import TestSupport
import Testing

@testable import Revalidation

struct RateBudgetTests {
    private func check(_ budget: inout RateBudget, at time: TimeInterval, isFree: Bool) {
        let found = budget.canSend(at: time)
        #expect(found == isFree, "at \(time)")
    }

    private func check(_ budget: inout RateBudget, waiting: Int, wants: Int?) {
        let found = budget.probesToReserve(waiting: waiting)
        #expect(found == wants, "\(waiting) waiting")
    }

    @Test("No probe is sent before a reservation begins, and no more than it holds")
    func stretch() {
        var budget = RateBudget(perSecond: 20)
        check(&budget, at: 100, isFree: false)
        check(&budget, waiting: 50, wants: 20)
        check(&budget, waiting: 50, wants: nil)
        budget.add(20, from: 100)
        check(&budget, at: 99.9, isFree: false)
        // Each probe at its own time, also after another runner's reservation: there is no burst.
        for number in 0..<20 {
            check(&budget, at: 100 + Double(number) / 20 - 0.001, isFree: false)
            check(&budget, at: 100 + Double(number) / 20 + 0.001, isFree: true)
            budget.spendOne()
        }
        check(&budget, at: 101, isFree: false)
    }

    @Test("More is requested when half of the usable budget is left, and no more than the waiting keys need")
    func asking() {
        var budget = RateBudget(perSecond: 20)
        _ = budget.probesToReserve(waiting: 3)
        budget.add(3, from: 0)
        check(&budget, waiting: 3, wants: nil)
        check(&budget, waiting: 5, wants: nil)
        check(&budget, waiting: 6, wants: 3)
        budget.add(3, from: 0.15)
        check(&budget, waiting: 200, wants: 20)
        budget.add(20, from: 0.25)
        check(&budget, waiting: 200, wants: nil)
    }

    @Test("Budget that is left when its time is over has lapsed, for another runner has the rate by then")
    func over() {
        var budget = RateBudget(perSecond: 20)
        budget.add(20, from: 100)
        check(&budget, at: 101.05, isFree: true)
        check(&budget, at: 101.2, isFree: false)
        budget.add(20, from: 103)
        check(&budget, at: 102, isFree: false)
        check(&budget, at: 103, isFree: true)
    }

    @Test("Reservations of several runners follow one another, and a pause moves them all")
    func reserving() async throws {
        try await Platform.run { platform in
            let store = platform.store
            let database = store.database
            let reserve = { (probes: Int) in
                try await store.sharedTransaction { transaction in
                    try RateBudgetTable.reserve(probes, of: "openai", perSecond: 20, now: database.now, in: transaction)
                }
            }
            let first = try await reserve(20)
            #expect((-0.01...0.01).contains(first))
            #expect((0.5...1.01).contains(try await reserve(10)))
            #expect((0.9...1.51).contains(try await reserve(10)))
            try await store.sharedTransaction { try RateBudgetTable.pause("openai", until: database.now + 60, in: $0) }
            #expect((55...60.1).contains(try await reserve(1)))
            #expect(
                try await store.sharedTransaction { transaction in
                    try RateBudgetTable.reserve(20, of: "groq", perSecond: 20, now: database.now, in: transaction)
                } < 0.01)
        }
    }

    @Test("Three runners together keep a provider's rate in every second (U7)")
    func together() async throws {
        try await Platform.run { platform in
            let rate = 40.0
            let keys = 160
            _ = try await platform.addKeys(keys)
            let start = Date()
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<3 {
                    let store = KeyStore(
                        database: try platform.place.open(), program: "test", now: { platform.clock.now })
                    let vault = try platform.vault(rate: rate, store: store)
                    group.addTask { try await platform.revalidate(vault).keys.probed }
                }
                #expect(try await group.reduce(0, +) == keys)
            }
            // A slow machine takes longer; no run is faster than the rate, apart from a tenth of a second at the start.
            #expect(Date().timeIntervalSince(start) > Double(keys) / rate - 0.5)
            let times = await platform.simulator.requests.filter { $0.provider == "openai" }.map(\.time)
            let busiest = times.map { time in times.count { $0 >= time && $0 < time + 1 } }.max() ?? 0
            // Three separate rates would give 120. A stalled machine receives two seconds' requests in one.
            #expect(busiest <= Int(rate * 2))
        }
    }
}
