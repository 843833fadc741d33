internal import Database
internal import Foundation
internal import KeyVigil

extension StoreFacts {
    /// The state that the audit rows imply for each key that they name, by id.
    func stories() -> [String: KeyStory] {
        audit.reduce(into: [:]) { stories, row in stories[row.keyID, default: KeyStory(row.keyID)].take(row) }
    }

    /// Violations of invariants 1 to 3.
    func violations(of stories: [String: KeyStory], resultsAKey: Int?) -> [Violation] {
        var found = stories.values.flatMap(\.violations)
        for key in keys {
            guard let story = stories[key.id] else {
                found.append(Violation(.stateFromAudit, "key \(key.id) has no audit row"))
                continue
            }
            found += differences(key, story).map { Violation(.stateFromAudit, "key \(key.id): \($0)") }
            if let resultsAKey, story.results != resultsAKey {
                found.append(Violation(.oneResultACheck, "key \(key.id): \(story.results) results, not \(resultsAKey)"))
            }
        }
        let stored = Set(keys.map(\.id))
        for story in stories.values where story.isDeleted == stored.contains(story.keyID) {
            found.append(Violation(.stateFromAudit, "key \(story.keyID) is there and was deleted, or the reverse"))
        }
        return found + disablingViolations() + noticeViolations(stories, of: stored)
    }

    private func differences(_ key: StoredKey, _ story: KeyStory) -> [String] {
        let health = key.health
        var wrong: [String] = []
        func expect(_ holds: Bool, _ what: String) { if !holds { wrong.append(what) } }
        expect(health.status == story.status, "is \(health.status), not \(story.status)")
        expect(health.version == story.version, "has version \(health.version), not \(story.version)")
        expect(
            story.disabling.map { ($0.isByJob ? .job : .operator) == health.disabling?.by } ?? (health.disabling == nil)
                && isSame(health.disabling?.at, story.disabling?.at), "was disabled at another time or by another")
        expect(isSame(health.suspicion?.since, story.suspectedSince), "is suspected since another time")
        expect((health.exhaustedSince != nil) == story.isExhausted, "is in another episode of credit")
        expect(health.lastFinding == story.lastFinding, "has another last finding")
        expect(story.lastCheckedAt == nil || isSame(health.lastCheckedAt, story.lastCheckedAt), "was checked otherwise")
        expect(health.unknownCount == story.unknownCount, "has another count of unknown answers")
        let hasTurn = health.nextProbeAt != nil
        expect(
            hasTurn || health.status != .active || !tenantsWithKeysOn.contains(key.tenantID), "is lost: no next check")
        return wrong
    }

    /// Whether two times are equal to the millisecond, which is what both engines store.
    private func isSame(_ one: Date?, _ other: Date?) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return abs(one.timeIntervalSince(other)) < 0.0015
    }

    /// Each disabling by the job has a row in `disabling` too, for the cap and for `undo`: it must agree with the
    /// audit log.
    private func disablingViolations() -> [Violation] {
        let said = audit.filter { $0.event == .keyDisabled && $0.isByJob }.map { "\($0.run) \($0.keyID)" }
        let kept = disablings.map { "\($0.run) \($0.keyID)" }
        guard said.sorted() != kept.sorted() else { return [] }
        return [Violation(.oneRowAChange, "\(kept.count) disablings are kept, \(said.count) audited, or not the same")]
    }

    private func noticeViolations(_ stories: [String: KeyStory], of stored: Set<String>) -> [Violation] {
        let kept = Dictionary(grouping: notices, by: \.keyID)
        return stories.values.filter { stored.contains($0.keyID) }.flatMap { story in
            let mine = kept[story.keyID] ?? []
            let there = Set(mine.map { "\($0.kind) \($0.episode)" })
            let missing = story.owed.filter { !there.contains($0) }
            let extra = mine.filter { $0.kind == "key_disabled" && !story.owed.contains("\($0.kind) \($0.episode)") }
            return missing.map { Violation(.oneRowAChange, "key \(story.keyID): no notice \($0)") }
                + extra.map { Violation(.oneRowAChange, "key \(story.keyID): notice \($0.kind) without a change") }
        }
    }
}
