internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// The histories of all scopes, read once for a sweep. The disabling transaction reads them again.
struct ScopeHistories: Sendable {
    private var closing: [GuardScope: Date] = [:]
    private var releases: [String: [BreakerRelease]] = [:]

    /// - Parameter settings: given for a dry run, which closes no breaker; breakers that a real run would close then
    ///   count as closed.
    init(_ connection: Connection, closing settings: Breaker.Settings? = nil, at now: Date) throws {
        let rows = try connection.query(
            """
            SELECT provider, key_type, host, max(closed_at) FROM provider_breaker
            WHERE closed_at IS NOT NULL GROUP BY provider, key_type, host
            """
        ) { row in
            (
                GuardScope(provider: row.text(0), keyType: row.text(1), host: row.text(2)),
                row.time(3) ?? .distantPast
            )
        }
        closing = Dictionary(uniqueKeysWithValues: rows)
        if let settings { try addClosing(in: connection, by: settings, at: now) }
        let providers = try connection.query("SELECT DISTINCT provider FROM breaker_release") { $0.text(0) }
        for provider in providers {
            releases[provider] = try BreakerTable.releases(of: provider, at: now, in: connection)
        }
    }

    private mutating func addClosing(in connection: Connection, by settings: Breaker.Settings, at now: Date) throws {
        for breaker in try BreakerTable.open(in: connection) {
            let hours = try HourTable.counts(of: breaker.scope, at: now, in: connection)
            let canary = try ControlTable.isCanaryAlive(of: breaker.scope, at: now, in: connection)
            if let end = breaker.closing(given: hours, now: now, canaryIsAlive: canary, by: settings) {
                closing[breaker.scope] = end
            }
        }
    }

    subscript(scope: GuardScope) -> ScopeHistory {
        closing.isEmpty && releases.isEmpty
            ? ScopeHistory()
            : ScopeHistory(
                closedAt: scope.all.compactMap { closing[$0] }.max(), releases: releases[scope.provider] ?? [])
    }
}
