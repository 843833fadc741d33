internal import Database
internal import Foundation
internal import KeyVigil

extension Connection {
    private static let episodeColumns = """
        id, provider, key_type, reason, on_at, checked_at, hold_until, off_at, dead, answered, most
        """

    /// Brakes that are on, of all scopes or of one.
    func standingBrakes(of scope: GuardScope? = nil) throws -> [BrakeEpisode] {
        try query(
            """
            SELECT \(Self.episodeColumns) FROM provider_brake
            WHERE off_at IS NULL AND ($1 IS NULL OR (provider = $1 AND key_type = $2)) ORDER BY provider, key_type
            """, [.text(scope?.provider), .text(scope?.keyType)], BrakeEpisode.init)
    }

    /// All brakes of a provider since `date`, latest first.
    func brakes(of provider: String, since date: Date) throws -> [BrakeEpisode] {
        try query(
            """
            SELECT \(Self.episodeColumns) FROM provider_brake
            WHERE provider = $1 AND (off_at IS NULL OR off_at >= $2) ORDER BY on_at DESC
            """, [.text(provider), .time(date)], BrakeEpisode.init)
    }

    /// How a scope stands for the ruling on one answer.
    func standing(of scope: GuardScope, at now: Date) throws -> Standing {
        let letGo = try first(
            "SELECT max(off_at) FROM provider_brake WHERE provider = $1 AND key_type = $2",
            [.text(scope.provider), .text(scope.keyType)]
        ) { $0.time(0) }
        return Standing(letGoAt: letGo ?? nil, releases: try releases(of: scope.provider, at: now))
    }

    /// Releases of a provider that may still cover something.
    func releases(of provider: String, at now: Date) throws -> [BrakeRelease] {
        try query(
            "SELECT provider, key_type, finding, at, reason FROM brake_release WHERE provider = $1 AND at >= $2 ORDER BY at",
            [.text(provider), .time(now - BrakeRelease.longest)]
        ) { row in
            BrakeRelease(
                provider: row.text(0), keyType: row.optionalText(1),
                finding: row.optionalText(2).flatMap(Finding.init), at: row.time(3) ?? now, reason: row.text(4))
        }
    }

    /// Brings a scope's brake up to date with its sums, and says it in the audit log; returns the brake if it is on.
    ///
    /// - Parameter evidenceFailed: other keys, asked as evidence, were refused; then it goes on whatever the sums say.
    func updateBrake(
        of scope: GuardScope, evidenceFailed: Bool = false, _ settings: Brake.Settings, _ chain: inout AuditChain,
        now: Date
    ) throws -> BrakeEpisode? {
        let hours = try hourCounts(of: scope, at: now)
        let canary = try isCanaryAlive(scope.provider, at: now)
        if var standing = try standingBrakes(of: scope).first {
            let end = evidenceFailed ? nil : standing.letGo(hours, now: now, canaryIsAlive: canary, settings)
            if evidenceFailed { standing.holdUntil = now + Timing.day }
            try check(&standing, end, &chain, now)
            if end == nil { return standing }
        }
        let assessment = Brake.assess(hours, at: now, canaryIsAlive: canary, settings)
        guard let reason = evidenceFailed ? .evidence : assessment.reason else { return nil }
        return try begin(BrakeEpisode(scope: scope, reason: reason, at: now, assessment: assessment), &chain)
    }

    private func check(
        _ episode: inout BrakeEpisode, _ end: Date?, _ chain: inout AuditChain, _ now: Date
    ) throws {
        (episode.checkedAt, episode.offAt) = (now, end)
        try execute(
            "UPDATE provider_brake SET checked_at = $1, off_at = $2, hold_until = $3 WHERE id = $4",
            [.time(now), .time(end), .time(episode.holdUntil), .text(episode.id)])
        if let end {
            let details = "\(episode.scope.keyType): let go \(UTCText.minute(end)); gaps run again from then"
            try chain.append(
                AuditEntry(.brakeOff, at: now, provider: episode.scope.provider, details: details), to: self)
        } else {
            try markBraked(episode.scope, now)
        }
    }

    private func begin(_ episode: BrakeEpisode, _ chain: inout AuditChain) throws -> BrakeEpisode {
        try execute(
            """
            INSERT INTO provider_brake (\(Self.episodeColumns)) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, $9, $10)
            """,
            [
                .text(episode.id), .text(episode.scope.provider), .text(episode.scope.keyType),
                .text(episode.reason.rawValue), .time(episode.onAt), .time(episode.checkedAt),
                .time(episode.holdUntil), .integer(episode.assessment.dead), .integer(episode.assessment.answered),
                .integer(episode.assessment.most),
            ])
        let details = "\(episode.scope.keyType): \(episode.sentence)"
        try chain.append(
            AuditEntry(.brakeOn, at: episode.onAt, provider: episode.scope.provider, details: details), to: self)
        try markBraked(episode.scope, episode.onAt)
        return episode
    }

    private func markBraked(_ scope: GuardScope, _ now: Date) throws {
        let isUsual = try releases(of: scope.provider, at: now).contains { $0.makesUsual(scope, at: now) }
        if !isUsual { try setBraked(true, scope, since: now) }
    }
}

extension BrakeEpisode {
    init(row: Row) {
        var assessment = Brake.Assessment()
        (assessment.dead, assessment.answered, assessment.most) = (row.integer(8), row.integer(9), row.integer(10))
        let reason = Brake.Reason(rawValue: row.text(3)) ?? .tooManyDead
        assessment.reason = reason
        self.init(
            id: row.text(0), scope: GuardScope(provider: row.text(1), keyType: row.text(2)), reason: reason,
            onAt: row.time(4) ?? .distantPast, checkedAt: row.time(5) ?? .distantPast, holdUntil: row.time(6),
            offAt: row.time(7), assessment: assessment)
    }

    /// Why it went on, for people.
    public var sentence: String {
        switch reason {
        case .tooManyDead:
            "\(assessment.dead) of \(assessment.answered) keys newly refused in 24 hours, likely are at most \(assessment.most)"
        case .noneAlive: "no key was alive in 24 hours, at least \(Brake.fewestAnswers) were refused"
        case .evidence: "other keys that were asked as evidence were refused too"
        }
    }
}
