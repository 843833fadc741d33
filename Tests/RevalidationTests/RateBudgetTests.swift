import Database
import Foundation
import KeyVigil
import TestSupport
import Testing

@testable import Revalidation

struct RateBudgetTests {
    private func check(_ budget: inout RateBudget, at time: TimeInterval, isFree: Bool) {
        let found = budget.isFree(at: time)
        #expect(found == isFree, "at \(time)")
    }

    private func check(_ budget: inout RateBudget, waiting: Int, wants: Int?) {
        let found = budget.wants(waiting: waiting)
        #expect(found == wants, "\(waiting) waiting")
    }

    @Test("Nothing goes before a stretch begins, and no more than it holds")
    func stretch() {
        var budget = RateBudget(perSecond: 20)
        check(&budget, at: 100, isFree: false)
        check(&budget, waiting: 50, wants: 20)
        check(&budget, waiting: 50, wants: nil)
        budget.add(20, from: 100)
        check(&budget, at: 99.9, isFree: false)
        // Each in its turn, also behind another runner's stretch: none of it comes in a burst.
        for number in 0..<20 {
            check(&budget, at: 100 + Double(number) / 20 - 0.001, isFree: false)
            check(&budget, at: 100 + Double(number) / 20 + 0.001, isFree: true)
            budget.spendOne()
        }
        check(&budget, at: 101, isFree: false)
    }

    @Test("More is asked for when half of what can be used is there, and for no more than the keys that wait")
    func asking() {
        var budget = RateBudget(perSecond: 20)
        _ = budget.wants(waiting: 3)
        budget.add(3, from: 0)
        check(&budget, waiting: 3, wants: nil)
        check(&budget, waiting: 5, wants: nil)
        check(&budget, waiting: 6, wants: 3)
        budget.add(3, from: 0.15)
        check(&budget, waiting: 200, wants: 20)
        budget.add(20, from: 0.25)
        check(&budget, waiting: 200, wants: nil)
    }

    @Test("What is left of a stretch when its time is over is another's by then")
    func over() {
        var budget = RateBudget(perSecond: 20)
        budget.add(20, from: 100)
        check(&budget, at: 101.05, isFree: true)
        check(&budget, at: 101.2, isFree: false)
        budget.add(20, from: 103)
        check(&budget, at: 102, isFree: false)
        check(&budget, at: 103, isFree: true)
    }

    @Test("Stretches of several runners follow one another, and a pause moves them all")
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
            let (rate, keys) = (40.0, 160)
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
            // A slow machine takes longer; none may be quicker than the rate, but for a tenth of a second at the start.
            #expect(Date().timeIntervalSince(start) > Double(keys) / rate - 0.5)
            let times = await platform.simulator.requests.filter { $0.provider == "openai" }.map(\.time)
            let busiest = times.map { time in times.count { $0 >= time && $0 < time + 1 } }.max() ?? 0
            // Three rates of their own would be 120. A machine that stalls hears a second's requests with the next one's.
            #expect(busiest <= Int(rate * 2))
        }
    }
}
