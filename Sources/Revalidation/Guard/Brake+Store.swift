internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Vocabulary

/// The table `provider_brake`: every time that a brake was on.
enum BrakeTable {
    private static let episodeColumns = """
        id, provider, key_type, reason, on_at, checked_at, hold_until, off_at, dead, answered, most,
        by_canary, host
        """

    /// Brakes that are on, of all scopes or of one.
    static func open(of scope: GuardScope? = nil, in connection: Connection) throws -> [BrakeEpisode] {
        try connection.query(
            """
            SELECT \(Self.episodeColumns) FROM provider_brake
            WHERE off_at IS NULL AND ($1 IS NULL OR (provider = $1 AND key_type = $2 AND host = $3))
            ORDER BY provider, key_type, host
            """, [.text(scope?.provider), .text(scope?.keyType), .text(scope?.host)], BrakeEpisode.init)
    }

    /// All brakes of a provider since `date`, latest first.
    static func episodes(of provider: String, since date: Date, in connection: Connection) throws -> [BrakeEpisode] {
        try connection.query(
            """
            SELECT \(Self.episodeColumns) FROM provider_brake
            WHERE provider = $1 AND (off_at IS NULL OR off_at >= $2) ORDER BY on_at DESC
            """, [.text(provider), .time(date)], BrakeEpisode.init)
    }

    /// How a scope stands for the ruling on one answer; a brake over all hosts counts as its own.
    static func history(of scope: GuardScope, at now: Date, in connection: Connection) throws -> Standing {
        let letGo = try connection.first(
            "SELECT max(off_at) FROM provider_brake WHERE provider = $1 AND key_type = $2 AND host IN ('', $3)",
            [.text(scope.provider), .text(scope.keyType), .text(scope.host)]
        ) { $0.time(0) }
        return Standing(letGoAt: letGo ?? nil, releases: try releases(of: scope.provider, at: now, in: connection))
    }

    /// Releases of a provider that may still cover something.
    static func releases(of provider: String, at now: Date, in connection: Connection) throws -> [BrakeRelease] {
        try connection.query(
            "SELECT provider, key_type, finding, at, reason FROM brake_release WHERE provider = $1 AND at >= $2 ORDER BY at",
            [.text(provider), .time(now - BrakeRelease.longest)]
        ) { row in
            BrakeRelease(
                provider: row.text(0), keyType: row.optionalText(1),
                finding: row.optionalText(2).flatMap(Finding.init), at: row.time(3) ?? now, reason: row.text(4))
        }
    }

    /// Brings a scope's brake up to date with its sums, and says it in the audit log.
    ///
    /// - Parameter failure: evidence that speaks against the provider; then it goes on whatever the sums say.
    @discardableResult
    static func update(
        of scope: GuardScope, failure: Evidence.Failure? = nil, _ settings: Brake.Settings, now: Date,
        in transaction: AuditedTransaction
    ) throws -> BrakeLook {
        try transaction.lock("brake \(scope.provider)/\(scope.name)")
        let look = BrakeLook(
            at: scope, try open(of: scope, in: transaction.connection).first,
            try HourTable.counts(of: scope, at: now, in: transaction.connection),
            canaryIsAlive: try ControlTable.isCanaryAlive(of: scope, at: now, in: transaction.connection),
            failure: failure, settings, now: now)
        if let checked = look.checked { try write(checked, in: transaction) }
        if let begun = look.begun { try insert(begun, in: transaction) }
        if let brake = look.brake { try markBraked(brake, now, in: transaction) }
        return look
    }

    private static func write(_ episode: BrakeEpisode, in transaction: AuditedTransaction) throws {
        try transaction.execute(
            "UPDATE provider_brake SET checked_at = $1, off_at = $2, hold_until = $3 WHERE id = $4",
            [.time(episode.checkedAt), .time(episode.offAt), .time(episode.holdUntil), .text(episode.id)])
        guard let end = episode.offAt else { return }
        let details =
            "\(episode.scope.name): let go \(UTCText.minute(end)); "
            + "what it held takes three refusals, the last 72 h after"
        try transaction.append(
            AuditEntry(.brakeOff, at: episode.checkedAt, provider: episode.scope.provider, details: details))
    }

    private static func insert(_ episode: BrakeEpisode, in transaction: AuditedTransaction) throws {
        try transaction.execute(
            """
            INSERT INTO provider_brake (\(Self.episodeColumns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, $9, $10, $11, $12)
            """,
            [
                .text(episode.id), .text(episode.scope.provider), .text(episode.scope.keyType),
                .text(episode.reason.rawValue), .time(episode.onAt), .time(episode.checkedAt),
                .time(episode.holdUntil), .integer(episode.assessment.dead), .integer(episode.assessment.answered),
                .integer(episode.assessment.most), .flag(episode.isByCanary), .text(episode.scope.host),
            ])
        let details = "\(episode.scope.name): \(episode.sentence)"
        try transaction.append(
            AuditEntry(.brakeOn, at: episode.onAt, provider: episode.scope.provider, details: details))
    }

    /// Takes the hours of the window that set it and all since out of the baseline, those committed late too.
    private static func markBraked(_ episode: BrakeEpisode, _ now: Date, in transaction: StoreTransaction) throws {
        let usual = try releases(of: episode.scope.provider, at: now, in: transaction.connection).compactMap {
            $0.lastUsualHour(episode.scope)
        }
        let first = max(try firstHour(of: episode, in: transaction.connection), (usual.max() ?? 0) + 1)
        try HourTable.setBraked(true, episode.scope, from: first, in: transaction)
    }

    /// The first hour that a brake takes out of the baseline; what an earlier one took stays that one's.
    static func firstHour(of episode: BrakeEpisode, in connection: Connection) throws -> Int {
        let earlier = try connection.first(
            "SELECT max(off_at) FROM provider_brake WHERE provider = $1 AND key_type = $2 AND host = $3 AND on_at < $4",
            [
                .text(episode.scope.provider), .text(episode.scope.keyType), .text(episode.scope.host),
                .time(episode.onAt),
            ]
        ) { $0.time(0) }
        guard let end = earlier ?? nil else { return episode.firstHour }
        return max(episode.firstHour, min(HourCount.hour(of: end) + 1, HourCount.hour(of: episode.onAt)))
    }
}

extension BrakeEpisode {
    init(row: Row) {
        var assessment = Brake.Assessment(
            dead: row.integer(8), answered: row.integer(9), most: row.integer(10), isWithoutLivingKey: false)
        let reason = Brake.Reason(rawValue: row.text(3)) ?? .tooManyDead
        assessment.reason = reason
        self.init(
            id: row.text(0), scope: GuardScope(provider: row.text(1), keyType: row.text(2), host: row.text(12)),
            reason: reason,
            onAt: row.time(4) ?? .distantPast, checkedAt: row.time(5) ?? .distantPast, holdUntil: row.time(6),
            offAt: row.time(7), assessment: assessment, isByCanary: row.flag(11))
    }

    /// Why it went on, for people.
    package var sentence: String {
        switch reason {
        case .tooManyDead:
            "\(assessment.dead) of \(assessment.answered) keys newly refused in 24 hours, likely are at most \(assessment.most)"
        case .noneAlive: "no key was alive in 24 hours, at least \(Brake.fewestAnswers) were refused"
        case .evidence:
            isByCanary
                ? "the operator's canary was refused, and no majority of other keys was alive"
                : "other keys that were asked as evidence were refused too"
        }
    }
}
