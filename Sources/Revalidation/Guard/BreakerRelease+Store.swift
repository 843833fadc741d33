internal import Database
package import Foundation
package import Judgement
package import KeyVigil
package import Vocabulary

extension BreakerRelease {
    /// What a release does at the moment in which it is given.
    package struct Effect: Sendable {
        /// Breakers that are open and no longer keep what it covers.
        package let breakers: [BreakerEpisode]
        /// ScopeHistory suspicions that it covers.
        package let suspicions: Int
    }

    /// Until when it covers refusals of exact rules, where they began in time.
    package var endsAt: Date { at + 14 * Timing.day }

    /// Until when it covers refusals of ambiguous rules.
    package var endsForAmbiguousAt: Date { at + Self.longest }

    /// Reads an operator's words; throws `InvalidInput` with what to write instead.
    ///
    /// - Parameter reason: at most 200 characters; kept in the audit log, so it must hold nothing that may be a key.
    package init(
        of provider: Provider, keyType: String?, finding: String?, reason: String, at date: Date
    ) throws(InvalidInput) {
        if let keyType, !provider.keyTypes.contains(keyType) {
            let known = provider.keyTypes.joined(separator: ", ")
            throw InvalidInput("must be one of \(provider.name)'s: \(known)", of: .keyType)
        }
        let dead = Finding.allCases.filter { $0.verdict == .dead }.map(\.rawValue)
        if let finding, !dead.contains(finding) {
            throw InvalidInput("must be one that calls a key dead: \(dead.joined(separator: ", "))", of: .finding)
        }
        self.init(
            provider: provider.id, keyType: keyType, finding: finding.flatMap(Finding.init), at: date,
            reason: try ReleaseReason(reason).text)
    }

    /// Whether it speaks of this scope at all.
    func isAbout(_ scope: GuardScope) -> Bool {
        provider == scope.provider && (keyType ?? scope.keyType) == scope.keyType
    }
}

extension KeyStore {
    /// Writes a release with its audit row. The hours of the breakers that it overrules count as usual again, unless it
    /// speaks of one finding only: the hours do not say which of their refusals it means.
    package func give(_ release: BreakerRelease) async throws -> BreakerRelease.Effect {
        try await command { transaction in
            let breakers = try BreakerTable.open(in: transaction.connection).filter { release.isAbout($0.scope) }
            try BreakerReleaseTable.insert(release, in: transaction)
            if release.finding == nil {
                for breaker in breakers {
                    try HourTable.setBreakerOpen(
                        false, of: breaker.scope,
                        from: try BreakerTable.firstHour(of: breaker, in: transaction.connection),
                        in: transaction)
                }
            }
            let suspicions = try BreakerReleaseTable.suspicionCount(coveredBy: release, in: transaction.connection)
            var entry = AuditEntry(.breakerReleased, at: release.at, provider: release.provider)
            entry.finding = release.finding
            entry.details = "\(release.keyType ?? "all key types"): \(suspicions) suspicions covered: \(release.reason)"
            try transaction.append(entry)
            return BreakerRelease.Effect(breakers: breakers, suspicions: suspicions)
        }
    }
}

/// The table `breaker_release`: operators' releases.
enum BreakerReleaseTable {
    fileprivate static func insert(_ release: BreakerRelease, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "INSERT INTO breaker_release (id, provider, key_type, finding, at, reason) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                .text(UUID().uuidString.lowercased()), .text(release.provider), .text(release.keyType),
                .text(release.finding?.rawValue), .time(release.at), .text(release.reason),
            ])
    }

    fileprivate static func suspicionCount(coveredBy release: BreakerRelease, in connection: Connection) throws -> Int {
        try connection.first(
            """
            SELECT count(*) FROM key_health
            WHERE status = 'active' AND suspected_since IS NOT NULL AND provider = $1
                AND ($2 IS NULL OR key_type = $2) AND ($3 IS NULL OR suspect_finding = $3)
            """, [.text(release.provider), .text(release.keyType), .text(release.finding?.rawValue)]
        ) { $0.integer(0) } ?? 0
    }
}

extension Provider {
    /// The key types that the guard may count this provider's keys under.
    package var keyTypes: [String] {
        let types = Set(keyShapes.map(\.type)).sorted()
        return types.count < 2 ? [types.first ?? "standard"] : types + ["other"]
    }
}
