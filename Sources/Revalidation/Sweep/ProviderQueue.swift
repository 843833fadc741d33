internal import DequeModule
internal import Foundation
internal import KeyVigil
internal import Vocabulary

/// Due keys of one provider, sent at the provider's rate and at each tenant's. Tenants take turns, so that one with
/// many keys does not delay the others.
///
/// The queue and each tenant's part of it are classes, so that code that handles a key need not look them up by name.
final class ProviderQueue {
    private var tenants: [String: TenantQueue] = [:]
    /// Tenants with waiting keys; the next in turn is first.
    private var turns = Deque<TenantQueue>()
    private var pacer: Pacer
    private var budget: RateBudget
    private let tenantRate: Double
    private var rateLimitedInRow: Set<String> = []
    private(set) var count = 0
    private(set) var onWire = 0

    /// Keys for half a minute, but 200 to 2000, so that a slow provider cannot fill the memory.
    let capacity: Int
    /// The most keys of one tenant.
    let tenantCapacity: Int

    private final class TenantQueue {
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

    /// How many keys may be read for this queue now; 0 while it is at least half full.
    var roomToRead: Int { count < capacity / 2 ? capacity - count : 0 }

    /// Whether to read keys of this tenant again that were skipped: the queue and the tenant's part are half empty.
    func wantsMore(for tenantID: String) -> Bool {
        count < capacity / 2 && (tenants[tenantID]?.keys.count ?? 0) <= tenantCapacity / 2
    }

    /// Adds the key; returns false where the queue or its tenant's part is full.
    func admit(_ key: DueKey) -> Bool {
        guard count < capacity else { return false }
        let waiting = waiting(of: key.key.tenantID)
        guard waiting.keys.count < tenantCapacity else { return false }
        append(key, to: waiting)
        return true
    }

    func append(_ key: DueKey) { append(key, to: waiting(of: key.key.tenantID)) }

    private func append(_ key: DueKey, to waiting: TenantQueue) {
        if waiting.keys.isEmpty { turns.append(waiting) }
        waiting.keys.append(key)
        count += 1
    }

    private func waiting(of tenantID: String) -> TenantQueue {
        if let known = tenants[tenantID] { return known }
        let waiting = TenantQueue(Pacer(perSecond: tenantRate))
        tenants[tenantID] = waiting
        return waiting
    }

    func removeAll() {
        tenants.removeAll()
        turns.removeAll()
        count = 0
    }

    /// Removes and returns the next key that may be sent at this uptime (in seconds); nil where there is none. Tenants
    /// whose own rate makes them wait are skipped.
    func next(at time: TimeInterval) -> DueKey? {
        guard count > 0, pacer.isFree(at: time), budget.canSend(at: time) else { return nil }
        for _ in 0..<turns.count {
            guard let waiting = turns.popFirst() else { return nil }
            if waiting.pacer.isFree(at: time) { return dequeue(from: waiting, at: time) }
            turns.append(waiting)
        }
        return nil
    }

    private func dequeue(from waiting: TenantQueue, at time: TimeInterval) -> DueKey? {
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

    /// Notes that a request ended, without an observation where it says nothing. Ten rate-limited answers in a row from
    /// different keys pause the provider (ruling 13).
    ///
    /// - Returns: the length of a pause that begins now, in seconds, which other runners should keep too.
    @discardableResult
    func requestEnded(back observation: Observation?, keyID: String, at time: TimeInterval) -> TimeInterval? {
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

    /// How many probes to reserve for this provider now; nil where none are needed or a reservation is under way.
    ///
    /// At most what the waiting tenants' own rates allow in a second: more would only be taken from other runners.
    func wantsBudget() -> Int? {
        budget.probesToReserve(waiting: Int(min(Double(turns.count) * max(tenantRate, 1), Double(count))))
    }

    func grant(budget probes: Int, from start: TimeInterval) { budget.add(probes, from: start) }

    var ratePerSecond: Double { budget.perSecond }
}
