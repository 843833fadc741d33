internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// The table `disabling`: which run disabled which key, for the cap and for undoing.
enum DisablingTable {
    static func insert(of candidate: Candidate, runID: String, at date: Date, in transaction: StoreTransaction) throws {
        try transaction.execute(
            "INSERT INTO disabling (run_id, key_id, provider, key_type, host, at) VALUES ($1, $2, $3, $4, $5, $6)",
            [
                .id(runID), .id(candidate.key.id), .text(candidate.key.provider), .text(candidate.scope.keyType),
                .text(candidate.scope.host), .time(date),
            ])
    }

    static func count(of scope: GuardScope, since date: Date, in connection: Connection) throws -> Int {
        let values: [SQLValue] = [.text(scope.provider), .time(date), .text(scope.keyType), .text(scope.host)]
        return try connection.first(
            """
            SELECT count(*) FROM disabling
            WHERE provider = $1 AND at > $2 AND key_type IN ($3, '') AND ($4 = '' OR host = $4)
            """, values
        ) { $0.integer(0) } ?? 0
    }
}
