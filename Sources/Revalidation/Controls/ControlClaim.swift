internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// The result of a runner's attempt to claim a control. One runner sends it; the others wait for its result (ruling
/// 6).
enum ControlClaim: Sendable {
    /// This runner sends the control.
    case granted
    /// Another runner is sending it.
    case taken
    /// A fresh result is stored; the control need not be sent.
    case known(ControlOutcome)
}

extension ControlTable {
    /// Claims a control for one runner, or returns its stored result. The claim ends when the result is stored, when
    /// its time is over, or when the runner's process on this machine has ended.
    ///
    /// - Parameters:
    ///   - runner: the text of its ``RunnerIdentity``.
    ///   - timeout: the timeout of the request.
    ///   - began: the start of the run. Any result from then on is returned; an older one only if it passed.
    static func claim(
        _ control: WantedControl, for runner: String, timeout: Duration, since began: Date, at now: Date,
        in transaction: StoreTransaction
    ) throws -> ControlClaim {
        let place: [SQLValue] = [
            .text(control.point.provider), .text(control.point.host), .text(control.kind.rawValue),
        ]
        let known =
            try transaction.connection.first(
                """
                SELECT outcome FROM control WHERE provider = $1 AND host = $2 AND kind = $3 AND at > $4 AND at <= $5
                    AND (outcome = \(ControlOutcome.passed.sql) OR at >= $6)
                """, place + [.time(now - control.point.freshFor), .time(now), .time(began)]
            ) { ControlOutcome(rawValue: $0.text(0)) } ?? nil
        if let known { return .known(known) }
        let holder = try transaction.connection.first(
            "SELECT runner FROM control_claim WHERE provider = $1 AND host = $2 AND kind = $3", place
        ) { $0.text(0) }
        let gone = holder.flatMap { RunnerIdentity.isGone($0) ? $0 : nil }
        let seconds = min(timeout / .seconds(1) + Self.secondsToStore, SliceLease.length)
        let isGranted = try transaction.execute(
            """
            INSERT INTO control_claim (provider, host, kind, runner, claimed_until)
            VALUES ($1, $2, $3, $4, \(transaction.connection.dialect.clock("$5", plus: seconds)))
            ON CONFLICT (provider, host, kind) DO UPDATE
            SET runner = excluded.runner, claimed_until = excluded.claimed_until
            WHERE control_claim.claimed_until <= \(transaction.connection.dialect.clock("$6")) OR control_claim.runner = $7
            """, place + [.text(runner), .time(now + seconds), .time(now), .text(gone ?? "")])
        return isGranted == 1 ? .granted : .taken
    }

    /// How long a claim lasts after the request's timeout, so that the result can be stored.
    private static let secondsToStore = 5.0
}
