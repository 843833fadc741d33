internal import Database
internal import Foundation
internal import KeyVigil

/// A control's result as runners share it.
struct ControlResult: Sendable {
    enum Kind: String, Sendable { case negative, canary }

    let provider: String
    /// The tenant's own host; empty where the catalogue or the operator fixes it.
    let host: String
    let kind: Kind
    let outcome: ControlOutcome
    let observation: Observation
}

extension Connection {
    /// The latest result of a control no older than so many seconds.
    func control(
        _ kind: ControlResult.Kind, _ provider: String, host: String = "", within seconds: TimeInterval, at now: Date
    ) throws -> ControlOutcome? {
        try first(
            "SELECT outcome FROM control WHERE provider = $1 AND host = $2 AND kind = $3 AND at > $4 AND at <= $5",
            [.text(provider), .text(host), .text(kind.rawValue), .time(now - seconds), .time(now)]
        ) { ControlOutcome(rawValue: $0.text(0)) } ?? nil
    }

    /// Stores a result for all runners, and says it in the audit log.
    func record(_ result: ControlResult, _ chain: inout AuditChain) throws {
        let answer = result.observation
        try execute(
            """
            INSERT INTO control (provider, host, kind, at, outcome, finding, http_status, code, request_id, run_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (provider, host, kind) DO UPDATE SET at = excluded.at, outcome = excluded.outcome,
                finding = excluded.finding, http_status = excluded.http_status, code = excluded.code,
                request_id = excluded.request_id, run_id = excluded.run_id
            """,
            [
                .text(result.provider), .text(result.host), .text(result.kind.rawValue), .time(answer.at),
                .text(result.outcome.rawValue), .text(answer.finding.rawValue), .integer(answer.httpStatus),
                .text(answer.classification.providerCode), .text(answer.classification.requestID), .text(chain.runID),
            ])
        var entry = AuditEntry(
            result.kind == .negative ? .controlNegative : .controlCanary, at: answer.at, provider: result.provider)
        (entry.finding, entry.httpStatus) = (answer.finding, answer.httpStatus)
        (entry.providerCode, entry.requestID) = (answer.classification.providerCode, answer.classification.requestID)
        entry.details = result.outcome.rawValue + (result.host.isEmpty ? "" : ", on the tenant's own host")
        try chain.append(entry, to: self)
    }

    /// Whether the operator's canary was alive when it was last asked, some hours ago at most.
    func isCanaryAlive(_ provider: String, at now: Date) throws -> Bool {
        try control(.canary, provider, within: ControlOutcome.freshFor + 3600, at: now) == .passed
    }

    /// Providers whose canary was last refused although tenants' keys work: the canary itself is at fault (ruling 7).
    func brokenCanaries(at now: Date) throws -> [String] {
        try query("SELECT provider FROM control WHERE kind = 'canary' AND outcome = 'failed' ORDER BY provider") {
            $0.text(0)
        }.filter { try aliveInDay(provider: $0, at: now) >= ControlOutcome.aliveKeysAgainstCanary }
    }
}
