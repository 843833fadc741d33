internal import Database
package import Foundation
package import Judgement
package import KeyVigil
package import Vocabulary

extension BreakerRelease {
    /// What a release covers when it is given.
    package struct Effect: Sendable {
        /// Open breakers that no longer hold the suspicions that the release covers.
        package let breakers: [BreakerEpisode]
        /// The number of standing suspicions that the release covers.
        package let suspicions: Int
    }

    /// Makes a release of an operator's input.
    ///
    /// - Parameters:
    ///   - keyType: one of ``Provider/keyTypes``; nil: all types.
    ///   - finding: the raw value of a finding that calls a key dead; nil: all findings.
    ///   - reason: at most 200 characters. It stands in the audit log, so nothing in it may look like a key.
    /// - Throws: `InvalidInput`, which says what to write instead.
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

    /// Whether it covers keys of this scope.
    func concerns(_ scope: GuardScope) -> Bool {
        provider == scope.provider && (keyType ?? scope.keyType) == scope.keyType
    }
}

extension KeyStore {
    /// Stores a release with its audit row. The hours of the breakers that it overrules become part of the baseline
    /// again, unless it covers one finding only: the sums of an hour are not kept by finding.
    ///
    /// - Throws: `DatabaseError` where the store cannot be written; then nothing is stored, and the release can be
    ///   given again.
    package func store(_ release: BreakerRelease) async throws -> BreakerRelease.Effect {
        try await command { transaction in
            let breakers = try BreakerTable.open(in: transaction.connection).filter { release.concerns($0.scope) }
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
            var entry = AuditEntry(
                BreakerReleased(release, suspicions: suspicions), at: release.at, provider: release.provider)
            entry.finding = release.finding
            try transaction.append(entry)
            return BreakerRelease.Effect(breakers: breakers, suspicions: suspicions)
        }
    }
}

/// The table `breaker_release`: the operators' releases of breakers.
enum BreakerReleaseTable {
    fileprivate static func insert(_ release: BreakerRelease, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "INSERT INTO breaker_release (id, provider, key_type, finding, at, reason) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                .id(UUID().uuidString.lowercased()), .text(release.provider), .text(release.keyType),
                .text(release.finding?.rawValue), .time(release.at), .text(release.reason),
            ])
    }

    fileprivate static func suspicionCount(coveredBy release: BreakerRelease, in connection: Connection) throws -> Int {
        try connection.first(
            """
            SELECT count(*) FROM key_health
            WHERE status = \(KeyStatus.active.sql) AND suspected_since IS NOT NULL AND provider = $1
                AND ($2 IS NULL OR key_type = $2) AND ($3 IS NULL OR suspect_finding = $3)
            """, [.text(release.provider), .text(release.keyType), .text(release.finding?.rawValue)]
        ) { $0.integer(0) } ?? 0
    }
}

extension Provider {
    /// The key types by which the guard counts this provider's keys. Where there are several, `other` stands for keys
    /// of no known type.
    package var keyTypes: [String] {
        let types = Set(keyShapes.map(\.type)).sorted()
        return types.count < 2 ? [types.first ?? "standard"] : types + ["other"]
    }
}
