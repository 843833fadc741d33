import Foundation
import Judgement
import JudgementSupport
import Testing
import Vocabulary

/// Properties that hold for all answers and operators' acts: random histories of a few keys in simulated runs.
struct PropertyTests {
    private static let runs = 60

    @Test("No history disables a key without two refusals and a control, past breaker or cap, or against an operator")
    func promises() async throws {
        let count = LongCampaign.histories ?? 2000
        let (disablings, breaches) = try await withThrowingTaskGroup(of: (Int, Set<String>).self) { group in
            for worker in 0..<UInt64(2) {
                group.addTask { try Self.play(stride(from: worker, to: count, by: 2)) }
            }
            return try await group.reduce(into: (0, Set<String>())) { sum, part in
                sum = (sum.0 + part.0, sum.1.union(part.1))
            }
        }
        #expect(breaches.isEmpty)
        #expect(disablings > count / 2, "histories in which too little happens prove nothing")
    }

    private static func play(_ seeds: some Sequence<UInt64>) throws -> (Int, Set<String>) {
        var disablings = 0
        var breaches = Set<String>()
        for seed in seeds {
            let history = try play(seed)
            disablings += history.disablings
            for breach in history.breaches { breaches.insert("seed \(seed): \(breach)") }
        }
        return (disablings, breaches)
    }

    private static func play(_ seed: UInt64) throws -> RandomHistory {
        var numbers = Numbers(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        let keys = Int.random(in: 1...6, using: &numbers)
        let healths = (0..<keys).map { _ in
            let slot = KeySlot(slice: 2, seconds: Int.random(in: 0..<518_400, using: &numbers))
            var health = KeyHealth(slot: slot, now: Judging.start)
            health.keyType = Judging.scope.keyType
            return health
        }
        let store = SimulatedStore(healths, from: Judging.start)
        var run = SimulatedRun(store, RandomHistory(keys: keys, numbers), Numbers(seed: numbers.next()))
        var now = Judging.start
        for _ in 0..<runs {
            now += ([1, 1, 2, 6, 12, 23, 24, 25, 48].randomElement(using: &numbers) ?? 1) * 3600
            run.run(at: now)
            run.world.lookBack(run.store)
        }
        return run.world
    }
}
