internal import DequeModule
internal import Foundation
internal import KeyVigil
internal import Vocabulary

/// One provider's due keys that wait for their turn, at that provider's rate and each tenant's; tenants take turns, so
/// that one with many keys holds up no other.
///
/// A class, and each tenant's part of it, so that a key on its way need not look them up by name again and again.
final class ProviderQueue {
    private var tenants: [String: Waiting] = [:]
    /// Tenants with waiting keys, whose turn is next first.
    private var turns = Deque<Waiting>()
    private var pacer: Pacer
    private var budget: RateBudget
    private let tenantRate: Double
    private var rateLimitedInRow: Set<String> = []
    private(set) var count = 0
    private(set) var onWire = 0

    /// Half a minute's worth, so that a slow provider cannot fill the memory; from 200 to 2000 keys.
    let capacity: Int
    /// A tenant's part of it.
    let tenantCapacity: Int

    private final class Waiting {
        var keys = Deque<DueKey>()
        var pacer: Pacer

        init(_ pacer: Pacer) { self.pacer = pacer }
    }

    init(ratePerSecond: Double, tenantRatePerSecond: Double) {
        pacer = Pacer(perSecond: ratePerSecond)
        budget = RateBudget(perSecond: ratePerSecond)
        tenantRate = tenantRatePerSecond
        capacity = Int(min(max(ratePerSecond * 30, 200), 2000))
        tenantCapacity = Int(min(max(tenantRatePerSecond * 30, 10), Double(capacity)))
    }

    var isIdle: Bool { count == 0 && onWire == 0 }

    /// How many keys may be read for it now; none while it is more than half full.
    var roomToRead: Int { count < capacity / 2 ? capacity - count : 0 }

    /// Whether it is worth reading again for keys of this tenant that were passed by.
    func wantsMore(for tenantID: String) -> Bool {
        count < capacity / 2 && (tenants[tenantID]?.keys.count ?? 0) <= tenantCapacity / 2
    }

    /// False where there is no room for it, or none for its tenant's.
    func admit(_ key: DueKey) -> Bool {
        guard count < capacity else { return false }
        let waiting = waiting(of: key.key.tenantID)
        guard waiting.keys.count < tenantCapacity else { return false }
        append(key, to: waiting)
        return true
    }

    func append(_ key: DueKey) { append(key, to: waiting(of: key.key.tenantID)) }

    private func append(_ key: DueKey, to waiting: Waiting) {
        if waiting.keys.isEmpty { turns.append(waiting) }
        waiting.keys.append(key)
        count += 1
    }

    private func waiting(of tenantID: String) -> Waiting {
        if let known = tenants[tenantID] { return known }
        let waiting = Waiting(Pacer(perSecond: tenantRate))
        tenants[tenantID] = waiting
        return waiting
    }

    func removeAll() {
        tenants.removeAll()
        turns.removeAll()
        count = 0
    }

    /// The next key that may go now, or nil. A tenant whose second is not over lets others pass.
    func next(at time: TimeInterval) -> DueKey? {
        guard count > 0, pacer.isFree(at: time), budget.isFree(at: time) else { return nil }
        for _ in 0..<turns.count {
            guard let waiting = turns.popFirst() else { return nil }
            if waiting.pacer.isFree(at: time) { return dequeue(from: waiting, at: time) }
            turns.append(waiting)
        }
        return nil
    }

    private func dequeue(from waiting: Waiting, at time: TimeInterval) -> DueKey? {
        guard let key = waiting.keys.popFirst() else { return nil }
        waiting.pacer.recordSend(at: time)
        pacer.recordSend(at: time)
        budget.spendOne()
        if !waiting.keys.isEmpty { turns.append(waiting) }
        if tenants.count > 4096 {
            tenants = tenants.filter { !$0.value.keys.isEmpty || !$0.value.pacer.isFree(at: time) }
        }
        count -= 1
        onWire += 1
        return key
    }

    /// One came back. Ten rate-limited answers in a row from different keys pause the provider (ruling 13): for how long,
    /// in seconds, other runners should know as well.
    @discardableResult
    func came(back observation: Observation?, keyID: String, at time: TimeInterval) -> TimeInterval? {
        onWire -= 1
        guard let observation else { return nil }
        guard observation.finding == .rateLimited else {
            rateLimitedInRow.removeAll()
            return nil
        }
        rateLimitedInRow.insert(keyID)
        guard rateLimitedInRow.count >= 10 else { return nil }
        rateLimitedInRow.removeAll()
        let asked = observation.classification.retryAfter.map { Double($0.components.seconds) } ?? 60
        let pause = min(max(asked, 1), 900)
        pacer.pause(until: time + pause)
        return pause
    }

    /// How many probes to reserve for this provider now; nil: none, or that was asked already.
    ///
    /// No more than the waiting tenants' own rates let go in a second: the rest would only be taken from other runners.
    func wantsBudget() -> Int? {
        budget.wants(waiting: Int(min(Double(turns.count) * max(tenantRate, 1), Double(count))))
    }

    func grant(budget probes: Int, from start: TimeInterval) { budget.add(probes, from: start) }

    var ratePerSecond: Double { budget.perSecond }
}
