internal import Database
internal import Foundation
internal import Judgement

extension ControlTable {
    /// Providers whose canary was refused when last probed although tenants' keys work: the canary itself is at fault
    /// (ruling 7).
    static func brokenCanaries(at now: Date, in connection: Connection) throws -> [String] {
        try connection.query(
            """
            SELECT provider, key_type, key_host, is_outvoted FROM control
            WHERE kind = \(ControlResult.Kind.canary.sql) AND outcome = \(ControlOutcome.failed.sql) ORDER BY provider
            """
        ) { row in
            (
                scope: GuardScope(provider: row.text(0), keyType: row.text(1), host: row.text(2)),
                isOutvoted: row.flag(3)
            )
        }
        .filter { canary in
            let alive = try HourTable.aliveInDay(of: canary.scope, at: now, in: connection)
            return canary.isOutvoted || alive >= ControlOutcome.aliveKeysAgainstCanary
        }.map(\.scope.provider)
    }
}
