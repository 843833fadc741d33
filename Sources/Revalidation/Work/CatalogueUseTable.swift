internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// The table `catalogue_use`: which catalogue entries runs have used lately.
///
/// Programs of several versions may work on one store. A run whose entry for a provider is older than another run's
/// observes that provider's keys and disables none (ruling 30).
enum CatalogueUseTable {
    /// Records that a run uses the entries of these providers. An entry that is recorded already is written again
    /// only once a day.
    static func noteUse(of providers: [Provider], at now: Date, in transaction: StoreTransaction) throws {
        let known = try transaction.connection.query("SELECT provider, content_hash, last_used_at FROM catalogue_use") {
            (CatalogueUse(provider: $0.text(0), contentHash: $0.text(1)), $0.time(2) ?? .distantPast)
        }
        let used = providers.map { CatalogueUse(provider: $0.id, contentHash: $0.contentHash) }
        let all = Set(known.map(\.0))
        let stale = Set(known.filter { $0.1 <= now - Timing.day }.map(\.0))
        let new = used.filter { !all.contains($0) }
        try transaction.execute(CatalogueUse.first, rows: new.map { $0.key + [.time(now), .time(now)] })
        try transaction.execute(CatalogueUse.again, rows: used.filter(stale.contains).map { [.time(now)] + $0.key })
    }

    /// Whether a run of the last seven days used a different entry for this provider that was first used after this
    /// one. An entry that was never used counts as first used now.
    static func hasNewerEntry(than provider: Provider?, at now: Date, in connection: Connection) throws -> Bool {
        guard let provider else { return false }
        return try connection.first(
            """
            SELECT 1 FROM catalogue_use WHERE provider = $1 AND content_hash <> $2 AND last_used_at > $3
                AND first_used_at > coalesce(
                    (SELECT first_used_at FROM catalogue_use WHERE provider = $1 AND content_hash = $2), $4) LIMIT 1
            """,
            [.text(provider.id), .text(provider.contentHash), .time(now - 7 * Timing.day), .time(now)]
        ) { _ in true } ?? false
    }
}

private struct CatalogueUse: Hashable {
    let provider: String
    let contentHash: String

    var key: [SQLValue] { [.text(provider), .text(contentHash)] }

    static let first = BatchStatement.insert(
        into: "catalogue_use",
        [("provider", .text), ("content_hash", .text), ("first_used_at", .time), ("last_used_at", .time)])
    static let again = BatchStatement.update(
        "catalogue_use", set: "last_used_at = $1", where: "provider = $2 AND content_hash = $3",
        types: [.time, .text, .text])
}
