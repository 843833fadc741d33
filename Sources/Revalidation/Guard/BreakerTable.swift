internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// The table `provider_breaker`: one row for each time that a breaker opened.
enum BreakerTable {
    private static let episodeColumns = """
        id, provider, key_type, reason, opened_at, checked_at, hold_until, closed_at, dead, answered, most,
        by_canary, host
        """

    /// The open breakers of all scopes, or the one of `scope`.
    static func open(of scope: GuardScope? = nil, in connection: Connection) throws -> [BreakerEpisode] {
        try connection.query(
            """
            SELECT \(Self.episodeColumns) FROM provider_breaker
            WHERE closed_at IS NULL AND ($1 IS NULL OR (provider = $1 AND key_type = $2 AND host = $3))
            ORDER BY provider, key_type, host
            """, [.text(scope?.provider), .text(scope?.keyType), .text(scope?.host)], BreakerEpisode.init)
    }

    /// All breakers of a provider that were open at or after `date`, latest first.
    static func episodes(of provider: String, since date: Date, in connection: Connection) throws -> [BreakerEpisode] {
        try connection.query(
            """
            SELECT \(Self.episodeColumns) FROM provider_breaker
            WHERE provider = $1 AND (closed_at IS NULL OR closed_at >= $2) ORDER BY opened_at DESC
            """, [.text(provider), .time(date)], BreakerEpisode.init)
    }

    /// What a health transition needs to know of the scope. A closing of the breaker over all hosts counts as well.
    static func history(of scope: GuardScope, at now: Date, in connection: Connection) throws -> ScopeHistory {
        let closing = try connection.first(
            "SELECT max(closed_at) FROM provider_breaker WHERE provider = $1 AND key_type = $2 AND host IN ('', $3)",
            [.text(scope.provider), .text(scope.keyType), .text(scope.host)]
        ) { $0.time(0) }
        return ScopeHistory(
            closedAt: closing ?? nil, releases: try releases(of: scope.provider, at: now, in: connection))
    }

    /// Releases of a provider that may still cover a suspicion, oldest first.
    static func releases(of provider: String, at now: Date, in connection: Connection) throws -> [BreakerRelease] {
        try connection.query(
            "SELECT provider, key_type, finding, at, reason FROM breaker_release WHERE provider = $1 AND at >= $2 ORDER BY at",
            [.text(provider), .time(now - BreakerRelease.longest)]
        ) { row in
            BreakerRelease(
                provider: row.text(0), keyType: row.optionalText(1),
                finding: row.optionalText(2).flatMap(Finding.init), at: row.time(3) ?? now, reason: row.text(4))
        }
    }

    /// Opens, closes or keeps a scope's breaker by its sums of the last 24 hours, and writes an audit row for a
    /// change.
    ///
    /// - Parameter failure: evidence against the provider, which opens the breaker whatever the sums are.
    @discardableResult
    static func update(
        of scope: GuardScope, failure: Evidence.Failure? = nil, _ settings: Breaker.Settings, now: Date,
        in transaction: AuditedTransaction
    ) throws -> BreakerUpdate {
        try transaction.lock("breaker \(scope.provider)/\(scope.name)")
        let look = BreakerUpdate(
            at: scope, try open(of: scope, in: transaction.connection).first,
            try HourTable.counts(of: scope, at: now, in: transaction.connection),
            canaryIsAlive: try ControlTable.isCanaryAlive(of: scope, at: now, in: transaction.connection),
            failure: failure, settings, now: now)
        if let checked = look.checked { try write(checked, in: transaction) }
        if let begun = look.opened { try insert(begun, in: transaction) }
        if let breaker = look.breaker { try excludeFromBaseline(breaker, at: now, in: transaction) }
        return look
    }

    private static func write(_ episode: BreakerEpisode, in transaction: AuditedTransaction) throws {
        try transaction.execute(
            "UPDATE provider_breaker SET checked_at = $1, closed_at = $2, hold_until = $3 WHERE id = $4",
            [.time(episode.checkedAt), .time(episode.closedAt), .time(episode.holdUntil), .id(episode.id)])
        guard let end = episode.closedAt else { return }
        let facts = BreakerClosed(episode.scope, closedAt: end)
        try transaction.append(AuditEntry(facts, at: episode.checkedAt, provider: episode.scope.provider))
    }

    private static func insert(_ episode: BreakerEpisode, in transaction: AuditedTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO provider_breaker (\(Self.episodeColumns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, $9, $10, $11, $12)
            """,
            [
                .id(episode.id), .text(episode.scope.provider), .text(episode.scope.keyType),
                .text(episode.reason.rawValue), .time(episode.openedAt), .time(episode.checkedAt),
                .time(episode.holdUntil), .integer(episode.assessment.dead), .integer(episode.assessment.answered),
                .integer(episode.assessment.most), .flag(episode.isByCanary), .text(episode.scope.host),
            ])
        try transaction.append(
            AuditEntry(BreakerOpened(episode), at: episode.openedAt, provider: episode.scope.provider))
    }

    /// Excludes the 24 hours that opened the breaker and all later hours from the baseline, including hours whose
    /// answers were committed late.
    private static func excludeFromBaseline(_ episode: BreakerEpisode, at now: Date, in transaction: StoreTransaction)
        throws
    {
        let usual = try releases(of: episode.scope.provider, at: now, in: transaction.connection).compactMap {
            $0.lastReturnedHour(episode.scope)
        }
        let first = max(try firstHour(of: episode, in: transaction.connection), (usual.max() ?? 0) + 1)
        try HourTable.setBreakerOpen(true, of: episode.scope, from: first, in: transaction)
    }

    /// The first hour that this breaker excludes from the baseline. Hours that an earlier breaker excluded stay with
    /// that one.
    static func firstHour(of episode: BreakerEpisode, in connection: Connection) throws -> Int {
        let earlier = try connection.first(
            "SELECT max(closed_at) FROM provider_breaker WHERE provider = $1 AND key_type = $2 AND host = $3 AND opened_at < $4",
            [
                .text(episode.scope.provider), .text(episode.scope.keyType), .text(episode.scope.host),
                .time(episode.openedAt),
            ]
        ) { $0.time(0) }
        guard let end = earlier ?? nil else { return episode.firstHour }
        return max(episode.firstHour, min(HourCount.hour(of: end) + 1, HourCount.hour(of: episode.openedAt)))
    }
}

extension BreakerEpisode {
    init(row: Row) {
        var assessment = Breaker.Assessment(
            dead: row.integer(8), answered: row.integer(9), most: row.integer(10), isWithoutLivingKey: false)
        let reason = Breaker.Reason(rawValue: row.text(3)) ?? .tooManyDead
        assessment.reason = reason
        self.init(
            id: row.text(0), scope: GuardScope(provider: row.text(1), keyType: row.text(2), host: row.text(12)),
            reason: reason,
            openedAt: row.time(4) ?? .distantPast, checkedAt: row.time(5) ?? .distantPast, holdUntil: row.time(6),
            closedAt: row.time(7), assessment: assessment, isByCanary: row.flag(11))
    }
}
