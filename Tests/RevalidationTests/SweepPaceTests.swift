import Judgement
import Foundation
import JudgementSupport
import KeyVigil
import Simulator
import Testing

@testable import Revalidation

/// The rate at which a sweep probes, and when it pauses.
struct SweepPaceTests {
    @Test("A provider's rate is kept in each second of a run that stalls at times", arguments: [5.0, 25.0, 400.0])
    func rate(perSecond: Double) throws {
        let queue = ProviderQueue(ratePerSecond: perSecond, tenantRatePerSecond: 10_000)
        for index in 0..<Int(perSecond * 12) { queue.append(try dueKey("tenant \(index)", index)) }
        var numbers = Numbers(seed: 5)
        var time = 1000.0
        var sent = [Double]()
        // The end of the last reservation in the store, without other runners.
        var free = time
        while time < 1010 {
            if let probes = queue.wantsBudget() {
                queue.grant(budget: probes, from: max(free, time))
                free = max(free, time) + Double(probes) / perSecond
            }
            time +=
                Int.random(in: 0..<40, using: &numbers) == 0 ? 0.8 : Double.random(in: 0.001..<0.05, using: &numbers)
            while queue.next(at: time) != nil { sent.append(time) }
        }
        let busiest = sent.map { first in sent.count { $0 >= first && $0 < first + 1 } }.max() ?? 0
        #expect(Double(busiest) <= perSecond * 1.1 + 1)
        #expect(Double(sent.count) <= perSecond * 10 * 1.02 + 2 && Double(sent.count) >= perSecond * 5)
    }

    @Test("A run takes as long as its rate requires")
    func pacedRun() async throws {
        try await Platform.run { platform in
            try await platform.addTenant("other")
            _ = try await platform.addKeys(50)
            _ = try await platform.addKeys(50, tenant: "other")
            let start = ContinuousClock.now
            #expect(try await platform.revalidate(platform.vault(rate: 25)).keys.probed == 100)
            #expect(ContinuousClock.now - start > .seconds(3.5))
        }
    }

    @Test("A tenant's rate is kept, and does not delay other tenants")
    func tenantRate() throws {
        let queue = ProviderQueue(ratePerSecond: 1000, tenantRatePerSecond: 1)
        for index in 0..<4 { queue.append(try dueKey("busy", index)) }
        queue.append(try dueKey("quiet", 4))
        queue.grant(budget: 100, from: 100)
        #expect(queue.next(at: 100)?.key.tenantID == "busy")
        #expect(queue.next(at: 100.2)?.key.tenantID == "quiet")
        #expect(queue.next(at: 100.4) == nil)
        #expect(queue.next(at: 101)?.key.tenantID == "busy")
        #expect(queue.count == 2 && queue.onWire == 3)
    }

    @Test("No more is reserved than the tenants' own rates allow")
    func reserved() throws {
        let queue = ProviderQueue(ratePerSecond: 20, tenantRatePerSecond: 1)
        for index in 0..<10 { queue.append(try dueKey("busy", index)) }
        #expect(queue.wantsBudget() == 1)
        queue.grant(budget: 1, from: 100)
        for index in 0..<5 { queue.append(try dueKey("quiet \(index)", index)) }
        #expect(queue.wantsBudget() == 5)
    }

    @Test(
        "Ten rate-limited answers in a row of different keys pause the provider as it asks, 15 minutes at most",
        arguments: [(30.0, 30.0), (86_400.0, 900.0), (0.0, 1.0)])
    func paused(asked: Double, pause: Double) throws {
        let queue = ProviderQueue(ratePerSecond: 1000, tenantRatePerSecond: 1000)
        for index in 0..<30 { queue.append(try dueKey("acme", index)) }
        queue.grant(budget: 30, from: 100)
        queue.grant(budget: 30, from: 100 + pause - 0.5)
        let limited = Judging.observation(.rateLimited, retryAfter: .seconds(asked))
        for index in 0..<9 { queue.requestEnded(back: limited, keyID: "\(index)", at: 100) }
        queue.requestEnded(back: Judging.observation(.valid), keyID: "x", at: 100)
        for index in 0..<9 { queue.requestEnded(back: limited, keyID: "\(index)", at: 100) }
        for _ in 0..<5 { queue.requestEnded(back: limited, keyID: "0", at: 100) }
        #expect(queue.next(at: 100) != nil)
        queue.requestEnded(back: limited, keyID: "9", at: 100)
        #expect(queue.next(at: 100 + pause - 0.5) == nil)
        #expect(queue.next(at: 100 + pause) != nil)
    }

    @Test("A provider that rate-limits every probe is paused, and another provider is not delayed by it")
    func pausedRun() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(40, "rate_limited", provider: "groq")
            let quick = try await platform.addKeys(60)
            let start = ContinuousClock.now
            let report = try await platform.revalidate(platform.vault(rate: 20)) { $0.concurrency = 8 }
            #expect(report.keys.unknown == 40)
            #expect(report.keys.alive == quick.count)
            #expect(report.outcome == .complete)
            #expect(ContinuousClock.now - start > .seconds(4))
            let groq = await platform.simulator.requests.filter { $0.provider == "groq" }.map(\.time)
            let longest = zip(groq, groq.dropFirst()).map { $1.timeIntervalSince($0) }.max() ?? 0
            #expect(longest > 1.5)
        }
    }

    @Test("Many keys are probed, and every number in the report adds up")
    func many() async throws {
        try await Platform.run { platform in
            let alive = try await platform.addKeys(2500)
            let exhausted = try await platform.addKeys(30, "valid_no_balance", provider: "deepseek")
            let dead = try await platform.addKeys(20, .invalid, provider: "groq")
            let down = try await platform.addKeys(10, .down, provider: "mistral")
            let report = try await platform.revalidate()
            #expect(report.keys.due == 2560)
            #expect(report.keys.probed == 2560)
            #expect(report.keys.alive == 2530)
            #expect(report.keys.dead == 20 && report.keys.unknown == 10)
            #expect(report.findings == ["valid": 2500, "exhausted": 30, "invalid": 20, "providerError": 10])
            #expect(report.transitions["suspected"] == 20 && report.transitions["exhausted"] == 30)
            #expect(report.changes.count == 50 && report.coverage?.covered == 2550)
            #expect(report.providers["openai"]?.alive == alive.count && report.providers["groq"]?.dead == dead.count)
            #expect(report.providers["mistral"]?.unknown == down.count)
            #expect(report.providers["deepseek"]?.positiveControl == Evidence.none)
            #expect(report.notices.queued == exhausted.count && report.notices.sent == 1)
            for provider in ["openai", "groq", "deepseek"] {
                let requests = await platform.simulator.requestCount(provider: provider)
                #expect(await platform.simulator.distinctKeyCount(provider: provider) == requests)
            }
            #expect(try await platform.count("SELECT count(*) FROM audit_entry WHERE event = 'key.probed'") == 2560)
        }
    }

    private func dueKey(_ tenant: String, _ index: Int) throws -> DueKey {
        let health = Judging.health()
        return DueKey(key: try StoredKey.sample(id: "\(index)", tenantID: tenant, health: health), ciphertext: [])
    }
}
