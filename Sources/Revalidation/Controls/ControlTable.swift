internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// The table `control`: the latest result of each control, shared by all runners.
enum ControlTable {
    /// The latest result of a control, if it is at most `seconds` old.
    static func outcome(
        of kind: ControlResult.Kind, provider: String, host: String = "", within seconds: TimeInterval, at now: Date,
        in connection: Connection
    ) throws -> ControlOutcome? {
        try connection.first(
            "SELECT outcome FROM control WHERE provider = $1 AND host = $2 AND kind = $3 AND at > $4 AND at <= $5",
            [.text(provider), .text(host), .text(kind.rawValue), .time(now - seconds), .time(now)]
        ) { ControlOutcome(rawValue: $0.text(0)) } ?? nil
    }

    /// Stores a result for all runners, ends the claim on the control and writes an audit row.
    static func record(_ result: ControlResult, in transaction: AuditedTransaction) throws {
        let answer = result.observation
        try transaction.execute(
            """
            INSERT INTO control
                (provider, host, kind, at, outcome, finding, http_status, code, request_id, run_id, key_type, key_host)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (provider, host, kind) DO UPDATE SET at = excluded.at, outcome = excluded.outcome,
                finding = excluded.finding, http_status = excluded.http_status, code = excluded.code,
                request_id = excluded.request_id, run_id = excluded.run_id, key_type = excluded.key_type,
                key_host = excluded.key_host,
                is_outvoted = control.is_outvoted AND excluded.outcome <> \(ControlOutcome.passed.sql)
            """,
            [
                .text(result.provider), .text(result.host), .text(result.kind.rawValue), .time(answer.at),
                .text(result.outcome.rawValue), .text(answer.finding.rawValue), .integer(answer.httpStatus),
                .text(answer.classification.providerCode), .text(answer.classification.requestID),
                .id(transaction.runID),
                .text(result.keyType), .text(result.keyHost),
            ])
        try transaction.execute(
            "DELETE FROM control_claim WHERE provider = $1 AND host = $2 AND kind = $3",
            [.text(result.provider), .text(result.host), .text(result.kind.rawValue)])
        try transaction.append(result.audit)
    }

    /// The latest result of the operator's canary of this scope, if it is at most `seconds` old.
    static func canaryOutcome(
        of scope: GuardScope, within seconds: TimeInterval, at now: Date, in connection: Connection
    ) throws -> ControlOutcome? {
        try connection.first(
            """
            SELECT outcome FROM control
            WHERE provider = $1 AND host = '' AND kind = \(ControlResult.Kind.canary.sql) AND key_type = $2
                AND at > $3 AND at <= $4 AND key_host = $5
            """, [.text(scope.provider), .text(scope.keyType), .time(now - seconds), .time(now), .text(scope.host)]
        ) { ControlOutcome(rawValue: $0.text(0)) } ?? nil
    }

    /// Whether the operator's canary was alive when it was last probed, at most 7 hours ago.
    static func isCanaryAlive(of scope: GuardScope, at now: Date, in connection: Connection) throws -> Bool {
        try canaryOutcome(of: scope, within: ControlOutcome.freshFor + 3600, at: now, in: connection) == .passed
    }

    /// Stores whether the canary was refused although other keys of its type work: then it is at fault itself (ruling
    /// 7).
    static func setOutvoted(_ isOutvoted: Bool, canaryOf scope: GuardScope, in transaction: StoreTransaction) throws {
        try transaction.execute(
            """
            UPDATE control SET is_outvoted = $1
            WHERE provider = $2 AND host = '' AND kind = \(ControlResult.Kind.canary.sql) AND key_type = $3
                AND key_host = $4
            """,
            [.flag(isOutvoted), .text(scope.provider), .text(scope.keyType), .text(scope.host)])
    }
}
