import Database
import Foundation
import JudgementSupport
import KeyVigil
import TestSupport
import Testing
import Vocabulary

@testable import Revalidation

/// Over random histories, everything that is said of a key agrees with what is stored.
struct HistoryAgreementTests {
    /// The seeds of the histories; `KEYVIGIL_LONG=1` takes 200.
    private static let seeds = (1...Campaign.count(ci: 4, long: 200)).map(UInt64.init)

    /// The situations that the histories must reach, or they would show little.
    private static let situations: Set<String> = [
        "accepted", "refusedWithoutEffect", "suspected", "disabledByJob", "disabledByOperator", "notProbed", "unknown",
        "uncheckable", "withoutCredit",
    ]

    @Test("explain, keys, resolve, status and mails agree with the stored facts in every history")
    func agree() async throws {
        var seen: Set<String> = []
        for seed in Self.seeds {
            try await Platform.run { platform in
                var story = try RandomStory(on: platform, seed: seed)
                try await story.begin()
                for step in 1...10 {
                    try await story.step()
                    let faults = try await platform.disagreements(about: story.keys)
                    #expect(faults.isEmpty, "seed \(seed), step \(step)")
                    for key in story.keys { seen.insert(try await platform.explain(key).situation.name) }
                }
            }
        }
        #expect(Self.situations.subtracting(seen).isEmpty, "seen: \(seen.sorted())")
    }
}

extension KeySituation {
    /// The name of the case.
    fileprivate var name: String { String("\(self)".prefix { $0.isLetter }) }
}

extension Platform {
    /// Everything in which two ways to look at the store differ, a sentence each.
    fileprivate func disagreements(about keys: [TestKey]) async throws -> [String] {
        var faults: [String] = []
        var counted: [KeyStatus: Int] = [:]
        for key in keys {
            let stored = try? await store.key(key.id)
            let story = try await explain(key)
            if let status = stored?.health.status { counted[status, default: 0] += 1 }
            let agreement = Agreement(
                explanation: story, health: stored?.health, rows: try await rows(of: key), now: clock.now)
            faults += agreement.faults.map { "\(key.provider) \(key.id): \($0)" }
            if let stored, try await isWronglyResolved(stored, story) { faults.append("resolve uses \(key.id)") }
            faults += try await noticeFaults(of: key, story)
        }
        let status = try await status()
        if status.keys != counted { faults.append("status counts \(status.keys), the keys are \(counted)") }
        return faults
    }

    private func rows(of key: TestKey) async throws -> [AuditLine] {
        var filter = AuditFilter()
        filter.keyID = key.id
        return try await store.database.read { [filter] connection in
            var rows: [AuditLine] = []
            try AuditLine.forEach(filter, in: connection) { rows.append($0) }
            return rows
        }
    }

    /// Whether `resolve` answers with a key of which `explain` says that it is out of use.
    private func isWronglyResolved(_ key: StoredKey, _ story: Explanation) async throws -> Bool {
        let resolver = Resolver(store: store, catalogue: catalogue)
        let found = try await resolver.resolve(tenantID: key.tenantID, .provider(key.provider))
        guard found.keyID == key.id else { return false }
        switch story.situation {
        case .gone, .revoked, .disabledByJob, .disabledByOperator, .notProbed(.byokOff): return true
        default: return false
        }
    }

    /// Each notice of a disabling is of a row of one with that time and finding, and each that waits is among the
    /// next steps.
    private func noticeFaults(of key: TestKey, _ story: Explanation) async throws -> [String] {
        let waiting = try await count(
            "SELECT count(*) FROM notice WHERE subject = '\(key.id)' AND state = 'waiting'")
        let told = story.steps.count { if case .notice = $0 { true } else { false } }
        let isShown = story.steps.contains { if case .notProbed = $0 { true } else { false } } || story.key == nil
        let disablings = try await texts(
            "SELECT episode FROM notice WHERE subject = '\(key.id)' AND kind = 'key_disabled' ORDER BY episode")
        let rows = try await rows(of: key).filter { $0.isAny(of: .keyDisabled) && $0.actor == "job" }
        let times = rows.map { UTCText.string($0.at) }
        return (told == waiting || isShown ? [] : ["\(waiting) notices wait and \(told) are shown"])
            + (disablings == times ? [] : ["notices of \(disablings), rows of \(times)"])
    }

    private func status() async throws -> StoreStatus {
        let now = clock.now
        let catalogue = catalogue
        return try await store.database.read { connection in
            try StoreStatus.current(
                period: 7 * 86_400, activeProviders: ActiveProviders.current(of: catalogue, under: [:], in: connection),
                now: now, in: connection)
        }
    }
}
