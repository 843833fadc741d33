import Foundation
import Simulator
import TestSupport
import Testing

extension Machine {
    /// Adds one tenant with so many valid keys, of two providers alternately.
    ///
    /// - Parameter scenario: the answer that a key gets from its provider, by the key's number.
    @discardableResult
    func importMany(
        _ count: Int, tenant: String = "acme", days: Double = 0, _ scenario: (Int) -> Scenario = { _ in .valid }
    ) async throws -> [Stored] {
        try await addTenant(tenant)
        var keys: [Stored] = []
        for number in 0..<count {
            let provider = number % 3 == 0 ? "groq" : "openai"
            keys.append(
                Stored(id: "", provider: provider, secret: try await newSecret(provider, scenario(number))))
        }
        try await importKeys(keys.map { (tenant, $0.provider, $0.secret) }, days: days)
        return keys
    }

    /// Makes all keys due three days after this day, so that none is due while a campaign runs.
    func moveTurns(beyond day: Double = 0) async throws {
        let turn = Date(timeIntervalSinceNow: (day + 3) * Self.day).timeIntervalSince1970
        try await execute("UPDATE key_health SET slot = \(Int(turn) % 518_400)")
    }

    /// Whether any slice is leased.
    func hasLeases() async throws -> Bool {
        try await value("SELECT count(*) FROM slice_lease WHERE runner IS NOT NULL") != "0"
    }
}
