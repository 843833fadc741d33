import Foundation
import Judgement
import JudgementSupport
import Vocabulary

/// The store's data of one scope, in arrays instead of tables. Each function does what the statement of the same
/// name does; the shipped code makes every decision.
struct SimulatedStore {
    let scope = Judging.scope
    let settings = Breaker.Settings()
    let timing: Timing
    private(set) var healths: [KeyHealth]
    private(set) var enabledKeys: Int
    private(set) var hours: [HourCount] = []
    private(set) var breaker: BreakerEpisode?
    /// Breakers that have closed, in order.
    private(set) var pastBreakers: [BreakerEpisode] = []
    var releases: [BreakerRelease] = []
    private(set) var disablings: [Date] = []
    private var due: DueQueue

    init(_ healths: [KeyHealth], timing: Timing = Timing(), from start: Date) {
        self.healths = healths
        self.timing = timing
        enabledKeys = healths.count { $0.status == .active }
        due = DueQueue(from: start)
        for (key, health) in healths.enumerated() { due.add(key, at: health.nextProbeAt) }
    }

    // MARK: - key_health

    mutating func takeDue(until now: Date) -> [Int] {
        due.take(until: now) { healths[$0].nextProbeAt == $1 }
    }

    /// Makes every enabled key due, as an import or `run --all` does.
    mutating func makeAllDue(at now: Date) {
        for key in healths.indices where healths[key].status == .active { edit(key) { $0.schedule(now) } }
    }

    /// Changes a health without a version check, as an operator's command does.
    mutating func edit(_ key: Int, _ change: (inout KeyHealth) -> Void) {
        var health = healths[key]
        change(&health)
        set(health, key)
    }

    mutating func writeHealth(_ health: KeyHealth, of key: Int, ifStill seen: KeyHealth) -> Bool {
        let stored = healths[key]
        guard stored.version == seen.version, stored.status == seen.status, stored.disabling?.by == seen.disabling?.by,
            stored.suspicion?.since == seen.suspicion?.since, stored.nextProbeAt == seen.nextProbeAt
        else { return false }
        set(health, key)
        return true
    }

    private mutating func set(_ health: KeyHealth, _ key: Int) {
        enabledKeys += (health.status == .active ? 1 : 0) - (healths[key].status == .active ? 1 : 0)
        if health.nextProbeAt != healths[key].nextProbeAt { due.add(key, at: health.nextProbeAt) }
        healths[key] = health
    }

    // MARK: - disabling

    func disablings(since date: Date) -> Int { disablings.reversed().prefix { $0 > date }.count }

    mutating func recordDisabling(at date: Date) { disablings.append(date) }

    // MARK: - provider_hour

    mutating func add(_ count: HourCount) {
        if hours.last?.hour != count.hour { hours.append(HourCount(hour: count.hour)) }
        hours[hours.count - 1].alive += count.alive
        hours[hours.count - 1].firstDead += count.firstDead
        hours[hours.count - 1].neverAlive += count.neverAlive
    }

    mutating func forgetOldHours(at now: Date) {
        let first = HourCount.hour(of: now) - HourCount.window - HourCount.baseline
        if let end = hours.firstIndex(where: { $0.hour > first }), end > 0 { hours.removeFirst(end) }
    }

    private mutating func excludeFromBaseline(_ episode: BreakerEpisode, _ now: Date) {
        let usual = releases(at: now).compactMap { $0.lastReturnedHour(scope) }.max() ?? 0
        let first = max(firstHour(of: episode), usual + 1)
        for index in hours.indices.reversed() {
            guard hours[index].hour >= first else { break }
            hours[index].isBreakerOpen = true
        }
    }

    private func firstHour(of episode: BreakerEpisode) -> Int {
        guard let end = pastBreakers.last?.closedAt else { return episode.firstHour }
        return max(episode.firstHour, min(HourCount.hour(of: end) + 1, HourCount.hour(of: episode.openedAt)))
    }

    // MARK: - provider_breaker and breaker_release

    func history(at now: Date) -> ScopeHistory {
        ScopeHistory(closedAt: pastBreakers.compactMap(\.closedAt).max(), releases: releases(at: now))
    }

    private func releases(at now: Date) -> [BreakerRelease] {
        releases.filter { $0.at >= now - BreakerRelease.longest }
    }

    mutating func updateBreaker(failure: Evidence.Failure? = nil, now: Date) -> BreakerUpdate {
        let update = BreakerUpdate(
            at: scope, breaker, hours, canaryIsAlive: false, failure: failure, settings, now: now)
        if let checked = update.checked, checked.closedAt != nil { pastBreakers.append(checked) }
        breaker = update.breaker
        if let breaker { excludeFromBaseline(breaker, now) }
        return update
    }
}
