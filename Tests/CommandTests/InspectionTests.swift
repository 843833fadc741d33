import Foundation
import TestSupport
import Testing

@Suite("The checker of all campaigns", .serialized)
struct InspectionTests {
    /// SQL that violates each invariant; a later one may violate earlier ones again.
    private static let plants: [(Invariant, String)] = [
        (.stateFromAudit, "UPDATE key_health SET unknown_count = 7"),
        (.oneRowAChange, "UPDATE notice SET episode = 'another'"),
        (
            .capped,
            "INSERT INTO disabling (run_id, key_id, provider, key_type, at) SELECT r.id, d.key_id, d.provider, d.key_type, d.at FROM disabling d, run r WHERE r.id <> d.run_id"
        ),
        (
            .chained,
            """
            INSERT INTO audit_entry (run_id, seq, at, actor, event, hash)
            SELECT run_id, 99, at, actor, event, hash FROM audit_entry WHERE event = 'run.started'
            """
        ),
        (
            .oneResultACheck,
            """
            INSERT INTO audit_entry (run_id, seq, at, actor, event, key_id, finding, hash)
            SELECT r.id, 98, a.at, a.actor, a.event, a.key_id, a.finding, a.hash
            FROM audit_entry a, (SELECT id FROM run ORDER BY started_at LIMIT 1) AS r WHERE a.event = 'key.probed' ORDER BY a.at DESC LIMIT 1
            """
        ),
        (
            .returned,
            "UPDATE slice_lease SET runner = 'another', lease_end = '2099-01-01T00:00:00.000Z' WHERE slice = 1"
        ),
    ]

    @Test("It finds nothing in a correct store, and each planted violation", arguments: [false, true])
    func planted(isOnServer: Bool) async throws {
        let machine = try await Machine.make(onServer: isOnServer)
        let keys = try await machine.suspectOneOfTwo()
        let run = try await machine.run("run", "--all", days: 8.01)
        var inspection = try machine.inspection(days: 8.01)
        inspection.printed = [run.description]
        let clean = try await inspection.violations()
        #expect(clean.isEmpty)

        func expect(_ invariant: Invariant, _ broken: Inspection, after plant: () async throws -> Void) async throws {
            #expect(try await !inspection.violations().contains { $0.invariant == invariant })
            try await plant()
            #expect(try await broken.violations().contains { $0.invariant == invariant }, "\(invariant)")
        }
        var changed = inspection
        changed.asked = { _, _ in 1 }
        try await expect(.askedBeforeStored, changed) {}
        for forgotten in [inspection.delivered?.dropLast(), inspection.delivered.map { ($0 + $0)[...] }] {
            changed = inspection
            changed.delivered = forgotten.map(Array.init)
            try await expect(.mailedAsOwed, changed) {}
        }
        changed = inspection
        changed.printed = ["the key is \(keys.dying.secret)"]
        try await expect(.secret, changed) {}
        for (invariant, sql) in Self.plants {
            try await expect(invariant, inspection) { try await machine.execute(sql) }
        }
        inspection.files = []
        try await expect(.secret, inspection) {
            try await machine.execute("UPDATE tenant SET name = '\(keys.living.secret)'")
        }
    }
}
