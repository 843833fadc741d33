internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// Controls that passed lately, in any runner's run, and are not sent again.
struct KnownControls: Sendable {
    /// Where a made-up key was refused.
    private(set) var passed: Set<ControlPoint> = []
    /// Canaries without a fresh result, by provider.
    private(set) var canariesToAsk: [String: Canary]

    /// - Parameters:
    ///   - canaries: all canaries of the settings, by provider.
    ///   - onTenantsHosts: ids of providers whose keys are probed on tenants' own hosts.
    init(_ connection: Connection, canaries: [String: Canary], onTenantsHosts: Set<String>, at now: Date) throws {
        canariesToAsk = canaries
        for (provider, host, kind, age) in try ControlTable.passed(at: now, in: connection) {
            let isTenants = !host.isEmpty && onTenantsHosts.contains(provider)
            let point = ControlPoint(provider: provider, host: host, isTenants: isTenants)
            guard age < point.freshFor else { continue }
            switch kind {
            case .negative: passed.insert(point)
            case .canary: canariesToAsk[provider] = nil
            }
        }
    }
}

extension ControlTable {
    /// Controls that passed within 6 hours, with their age in seconds. The next run sends all others again.
    fileprivate static func passed(
        at now: Date, in connection: Connection
    ) throws -> [(provider: String, host: String, kind: ControlResult.Kind, age: TimeInterval)] {
        try connection.query(
            """
            SELECT provider, host, kind, at FROM control
            WHERE outcome = \(ControlOutcome.passed.sql) AND at > $1 AND at <= $2
            """,
            [.time(now - ControlOutcome.freshFor), .time(now)]
        ) { row in
            (
                row.text(0), row.text(1), ControlResult.Kind(rawValue: row.text(2)) ?? .negative,
                now.timeIntervalSince(row.time(3) ?? .distantPast)
            )
        }
    }
}
