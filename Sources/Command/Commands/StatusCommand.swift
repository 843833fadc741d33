internal import ArgumentParser
internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Coverage, overdue keys, breakers, what operators are told of, mails that wait, the last run.",
        discussion: "Exit status 3: a person should look.")
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let session = try Session(common)
        let catalogue = try session.catalogue()
        let overrides = session.settings.overrides
        let store = try await session.openStore()
        let period = session.settings.timing.period
        let now = store.now()
        let status = try await store.database.read { connection in
            try StoreStatus.current(
                period: period,
                activeProviders: ActiveProviders.current(of: catalogue, under: overrides, in: connection),
                now: now, in: connection)
        }
        common.json ? print(json: status) : print(status)
        if status.needsAttention { throw ExitCode(.attention) }
    }

    private func print(_ status: StoreStatus) {
        let coverage = status.coverage
        var table = TextTable("STATUS", "")
        table.add(
            "coverage",
            "\(coverage.covered) of \(coverage.enabled) enabled keys checked within \(coverage.periodDays) days")
        table.add("overdue", String(coverage.overdue))
        table.add("uncheckable", String(coverage.uncheckable))
        table.add("due now", String(status.dueNow))
        for state in KeyStatus.allCases {
            if let count = status.keys[state] { table.add("keys \(state.rawValue)", String(count)) }
        }
        table.add("suspected", String(status.suspected))
        table.add("notices waiting", String(status.waitingNotices))
        for state in MailState.allCases {
            if let count = status.mails[state] { table.add("mails \(state.rawValue)", String(count)) }
        }
        table.add("last run", lastRun(status))
        table.add("audit log", auditLog(status.auditLog))
        table.print()
        printBreakers(status)
        printConditions(status)
        printUncheckable(status)
    }

    private func printBreakers(_ status: StoreStatus) {
        var table = TextTable("BREAKER OPEN", "KEY TYPE", "SINCE", "BECAUSE")
        for breaker in status.breakers {
            table.add(
                breaker.scope.provider, breaker.scope.name, UTCText.minute(breaker.openedAt), breaker.sentence.text)
        }
        printBelow(table)
    }

    private func printConditions(_ status: StoreStatus) {
        var table = TextTable("CONDITION", "SINCE", "TOLD", "")
        for condition in status.conditions {
            let told = condition.toldAt.map(UTCText.minute) ?? "not yet"
            let absent = condition.absentSince.map { " Not seen since \(UTCText.minute($0)); over a day later." } ?? ""
            table.add(
                condition.title().text, UTCText.minute(condition.since), told, condition.sentence.text + absent)
        }
        printBelow(table)
    }

    private func printUncheckable(_ status: StoreStatus) {
        var table = TextTable("CANNOT BE CHECKED", "FINDING", "KEYS", "WHO ACTS", "BECAUSE")
        for keys in status.uncheckable {
            table.add(keys.provider, keys.finding.rawValue, String(keys.count), keys.owner.rawValue, keys.remedy.text)
        }
        printBelow(table)
    }

    private func printBelow(_ table: TextTable) {
        guard !table.isEmpty else { return }
        Terminal.say()
        table.print()
    }

    private func lastRun(_ status: StoreStatus) -> String {
        guard let run = status.lastRun else { return "never: start one with `keyvigil run`" }
        let outcome = run.outcome?.rawValue ?? (status.lastRunBroke ? "killed before its end" : "running")
        return "\(UTCText.minute(run.startedAt)): \(outcome) (\(run.id))"
    }

    private func auditLog(_ log: AuditLogSize) -> String {
        guard let since = log.since else { return "empty" }
        if let bytes = log.fileBytes { return "since \(since), in a store of \(size(bytes))" }
        let bytes = log.months.reduce(0) { $0 + $1.bytes }
        let count = log.months.count
        return "since \(since), \(size(bytes)) in \(count) monthly partition\(count == 1 ? "" : "s")"
    }

    private func size(_ bytes: Int) -> String { bytes.formatted(.byteCount(style: .file)) }

    private func print(json status: StoreStatus) {
        let coverage = status.coverage
        JSONLine.print([
            "period_days": .number(coverage.periodDays), "enabled": .number(coverage.enabled),
            "covered": .number(coverage.covered), "overdue": .number(coverage.overdue),
            "uncheckable": .number(coverage.uncheckable), "due_now": .number(status.dueNow),
            "suspected": .number(status.suspected), "active": .number(status.keys[.active] ?? 0),
            "disabled": .number(status.keys[.disabled] ?? 0), "revoked": .number(status.keys[.revoked] ?? 0),
            "notices_waiting": .number(status.waitingNotices), "mails_failed": .number(status.mails[.failed] ?? 0),
            "mails_deferred": .number(status.mails[.deferred] ?? 0), "last_run": .text(status.lastRun?.id),
            "last_run_started": .time(status.lastRun?.startedAt),
            "last_run_outcome": .text(status.lastRun?.outcome?.rawValue),
            "breakers": .array(status.breakers.map(json)), "conditions": .array(status.conditions.map(json)),
            "uncheckable_keys": .array(status.uncheckable.map(json)),
            "audit_since": .text(status.auditLog.since), "store_bytes": .number(status.auditLog.fileBytes),
            "audit_months": .array(
                status.auditLog.months.map { .object(["month": .text($0.name), "bytes": .number($0.bytes)]) }),
        ])
    }

    private func json(_ breaker: BreakerEpisode) -> JSONLine.Value {
        .object([
            "provider": .text(breaker.scope.provider), "key_type": .text(breaker.scope.keyType),
            "host": .text(breaker.scope.host.isEmpty ? nil : breaker.scope.host),
            "reason": .text(breaker.reason.rawValue), "since": .time(breaker.openedAt),
        ])
    }

    private func json(_ condition: Condition) -> JSONLine.Value {
        .object([
            "kind": .text(condition.kind.rawValue), "subject": .text(condition.subject),
            "since": .time(condition.since), "told": .time(condition.toldAt),
            "absent_since": .time(condition.absentSince), "count": .number(condition.facts.count),
            "sentence": .text(condition.sentence.text),
        ])
    }

    private func json(_ keys: UncheckableKeys) -> JSONLine.Value {
        .object([
            "provider": .text(keys.provider), "finding": .text(keys.finding.rawValue),
            "owner": .text(keys.owner.rawValue), "keys": .number(keys.count),
        ])
    }
}
