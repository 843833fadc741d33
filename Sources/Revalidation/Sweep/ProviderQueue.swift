internal import Foundation
internal import KeyVigil

/// One provider's due keys that wait for their turn, at that provider's rate and each tenant's.
struct ProviderQueue {
    private(set) var waiting: [DueKey] = []
    private var head = 0
    private(set) var onWire = 0
    private var pacer: Pacer
    private var tenants: [String: Pacer] = [:]
    private let tenantRate: Double
    private var rateLimitedInRow: Set<String> = []

    /// Half a minute's worth, so that a slow provider cannot fill the memory.
    let capacity: Int

    init(ratePerSecond: Double, tenantRatePerSecond: Double) {
        pacer = Pacer(perSecond: ratePerSecond)
        tenantRate = tenantRatePerSecond
        capacity = Int(min(max(ratePerSecond * 30, 200), 2000))
    }

    var count: Int { waiting.count - head }
    var isFull: Bool { count >= capacity }
    var isIdle: Bool { count == 0 && onWire == 0 }

    mutating func append(_ key: DueKey) {
        if head > 1000 {
            waiting.removeFirst(head)
            head = 0
        }
        waiting.append(key)
    }

    mutating func removeAll() {
        waiting.removeAll()
        head = 0
    }

    /// The next key that may go now, or nil. A tenant whose second is not over lets others pass.
    mutating func next(at time: TimeInterval) -> DueKey? {
        guard count > 0, pacer.isFree(at: time) else { return nil }
        for index in head..<min(head + 64, waiting.count) where tenantIsFree(waiting[index].key.tenantID, time) {
            waiting.swapAt(head, index)
            let key = waiting[head]
            head += 1
            pacer.take(at: time)
            tenants[key.key.tenantID, default: Pacer(perSecond: tenantRate)].take(at: time)
            onWire += 1
            return key
        }
        return nil
    }

    /// One came back. Ten rate-limited answers in a row from different keys pause the provider (ruling 13).
    mutating func came(back observation: Observation?, keyID: String, at time: TimeInterval) {
        onWire -= 1
        guard let observation else { return }
        guard observation.finding == .rateLimited else { return rateLimitedInRow.removeAll() }
        rateLimitedInRow.insert(keyID)
        guard rateLimitedInRow.count >= 10 else { return }
        let asked = observation.classification.retryAfter.map { Double($0.components.seconds) } ?? 60
        pacer.pause(until: time + min(max(asked, 1), 900))
        rateLimitedInRow.removeAll()
    }

    private mutating func tenantIsFree(_ tenantID: String, _ time: TimeInterval) -> Bool {
        if tenants.count > 4096 { tenants = tenants.filter { !$0.value.isFree(at: time) } }
        return tenants[tenantID]?.isFree(at: time) ?? true
    }
}
