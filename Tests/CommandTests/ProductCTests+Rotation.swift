import Foundation
import TestSupport
import Testing

/// Rotation of the master key without downtime.
@Suite("A master key is rotated while runs go on", .serialized)
struct ProductCRotationTests {
    @Test(
        "In README's steps every run finds every key alive, and the old master key is retired at the end",
        arguments: [false, true])
    func steps(isOnServer: Bool) async throws {
        let machine = try await Machine.make(onServer: isOnServer)
        let keys = try MasterKeys(machine, own: "old", "new")
        try await machine.importMany(700)
        let old = try keys.id("old")
        let new = try keys.id("new")

        // First the new key is put second in every ring.
        let both = keys.ring("old", "new")
        try await expectAllAlive(machine, both)
        try await expectAdvice("\(new) is new: once every machine's ring has it, put it first in each.", machine, both)

        // Then the new key is first and encrypts keys from now on. A ring that has it second still works.
        let turned = keys.ring("new", "old")
        let secret = try await machine.newSecret("openai")
        let added = try await machine.run(
            "keys", "add", "--tenant", "acme", "--provider", "openai", stdin: secret, environment: turned)
        #expect(added.status == 0, "\(added)")
        try await expectAdvice("700 keys are under older encryption keys", machine, turned)
        let early = try await machine.run("encryption", "retire", old, environment: turned)
        #expect(early.status == 65 && early.errors.contains("700 keys are under \(old)"), "\(early)")

        // The rotation, while runs with either ring go on.
        let before = try await machine.rows(Self.facts, columns: 5)
        let runs = try [both, turned].map {
            try machine.start(["run", "--all", "--json", "--no-notify"], environment: $0)
        }
        let rotated = try await machine.run("encryption", "rotate", "--json", environment: turned)
        #expect(rotated.status == 0 && rotated.number("rotated") == 700, "\(rotated)")
        for run in runs {
            let done = await run.finish()
            #expect([0, 75].contains(done.status) && done.number("keys", "unknown") == 0, "\(done)")
        }
        #expect(try await machine.rows(Self.facts, columns: 5) == before)
        #expect(try await machine.keys(under: new) == 701)
        #expect(try await machine.column(Self.told).sorted() == told(old, new, 200, 500))
        let again = try await machine.run("encryption", "rotate", "--json", environment: turned)
        #expect(again.status == 0 && again.number("rotated") == 0, "\(again)")

        // Once the old key is retired, no ring may begin with it; rings without it work.
        try await expectAdvice("run `keyvigil encryption retire \(old)`", machine, turned)
        let retired = try await machine.run("encryption", "retire", old.uppercased(), environment: turned)
        #expect(retired.status == 0 && retired.output == "retired encryption key \(old)\n", "\(retired)")
        try await expectAdvice("\(old) is retired: take it out of every ring", machine, turned)
        for command in [["run"], ["encryption", "status"], ["keys", "import", "-"]] {
            let late = try await machine.start(command, environment: both).finish()
            #expect(
                late.status == 78 && late.errors.contains("the first encryption key of the ring, \(old), is retired"))
        }
        try await expectAllAlive(machine, keys.ring("new"))
        try await expectAdvice("Nothing to do", machine, keys.ring("new"))
        var inspection = try machine.inspection()
        inspection.ring = try keys.keyRing("new")
        #expect(try await inspection.violations().isEmpty)
    }

    /// The rows that a rotation must not change.
    private static let facts = """
        SELECT k.id, k.updated_at, h.key_version, k.prefix, h.status FROM stored_key k JOIN key_health h ON h.key_id = k.id
        ORDER BY k.id
        """
    private static let told = "SELECT details FROM audit_entry WHERE event = 'encryption.rotated'"

    private func told(_ old: String, _ new: String, _ counts: Int...) -> [String] {
        counts.map { #"{"changed":0,"damaged":0,"from":"\#(old)","keys":\#($0),"to":"\#(new)","v":1}"# }.sorted()
    }

    private func expectAllAlive(_ machine: Machine, _ ring: [String: String]) async throws {
        let run = try await machine.run("run", "--all", "--json", "--no-notify", environment: ring)
        #expect(run.status == 0 && run.number("keys", "alive") == run.number("keys", "due"), "\(run)")
    }

    private func expectAdvice(_ words: String, _ machine: Machine, _ ring: [String: String]) async throws {
        let status = try await machine.run("encryption", "status", "--json", environment: ring)
        #expect(status.status == 0 && status.text("next")?.contains(words) == true, "\(status)")
    }
}
