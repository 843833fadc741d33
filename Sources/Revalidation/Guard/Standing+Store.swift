internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// How all scopes stand, read once for a sweep; the disabling transaction reads them again.
struct Standings: Sendable {
    private var letGo: [GuardScope: Date] = [:]
    private var releases: [String: [BrakeRelease]] = [:]

    /// - Parameter settings: for a dry run, which lets no brake go: those count as let go that a real one would.
    init(_ connection: Connection, lettingGo settings: Brake.Settings? = nil, at now: Date) throws {
        let rows = try connection.query(
            """
            SELECT provider, key_type, host, max(off_at) FROM provider_brake
            WHERE off_at IS NOT NULL GROUP BY provider, key_type, host
            """
        ) { row in
            (
                GuardScope(provider: row.text(0), keyType: row.text(1), host: row.text(2)),
                row.time(3) ?? .distantPast
            )
        }
        letGo = Dictionary(uniqueKeysWithValues: rows)
        if let settings { try addWhatLetsGo(connection, settings, at: now) }
        let providers = try connection.query("SELECT DISTINCT provider FROM brake_release") { $0.text(0) }
        for provider in providers {
            releases[provider] = try BrakeTable.releases(of: provider, at: now, in: connection)
        }
    }

    private mutating func addWhatLetsGo(_ connection: Connection, _ settings: Brake.Settings, at now: Date) throws {
        for brake in try BrakeTable.open(in: connection) {
            let hours = try HourTable.counts(of: brake.scope, at: now, in: connection)
            let canary = try ControlTable.isCanaryAlive(of: brake.scope, at: now, in: connection)
            if let end = brake.letGo(hours, now: now, canaryIsAlive: canary, settings) { letGo[brake.scope] = end }
        }
    }

    subscript(scope: GuardScope) -> Standing {
        letGo.isEmpty && releases.isEmpty
            ? Standing()
            : Standing(letGoAt: scope.all.compactMap { letGo[$0] }.max(), releases: releases[scope.provider] ?? [])
    }
}
