import Foundation
import Testing

@testable import Revalidation

@Suite("A run that is killed", .serialized)
struct KillTests {
    /// Each place once, and the second visit of those that a run comes by more than once.
    private static let places =
        Failpoint.allCases.map(\.rawValue) + ["mailClaimed:2", "mailDelivered:2", "mailRecorded:2"]

    @Test(
        "At each place, the next run finishes the work: nothing is lost and nothing done twice (C1)", arguments: places,
        [false, true])
    func everywhere(place: String, isOnServer: Bool) async throws {
        let machine = try await isOnServer ? Machine.onServer() : Machine()
        let keys = try await machine.suspectOneOfTwo()
        let killed = try await machine.run(
            "run", "--all", days: 8.01, environment: ["KEYVIGIL_FAILPOINT": place])
        #expect(killed.status == -SIGKILL, "no run comes by \(place): \(killed)")
        let next = try await machine.run("run", "--all", "--json", days: 8.02)
        #expect(next.status == 0, "\(next)")
        #expect(try await machine.show(keys.dying)["status"] as? String == "disabled")
        #expect(try await machine.show(keys.living)["status"] as? String == "active")
        try await expectOnce(machine)

        let third = try await machine.run("run", "--all", "--json", days: 8.03)
        #expect(third.status == 0)
        #expect(third.number("notices", "sent") == 0)
        try await expectOnce(machine)
    }

    private func expectOnce(_ machine: Machine) async throws {
        #expect(try await machine.events("key.disabled") == 1)
        #expect(try await machine.value("SELECT count(*) FROM disabling") == "1")
        #expect(try await machine.column("SELECT kind || ' ' || state FROM notice") == ["key_disabled mailed"])
        #expect(
            try await machine.column("SELECT address || ' ' || state FROM mail ORDER BY address") == [
                "boss@acme.example sent", "it@acme.example sent",
            ])
        let mails = try machine.mails()
        #expect(mails.count == 2)
        #expect(mails.keys.allSatisfy { $0.hasSuffix(".eml") })
        #expect(try await machine.runsWithGaps() == [])
        #expect(try await machine.value("SELECT count(*) FROM slice_lease WHERE lease_end IS NOT NULL") == "0")
    }

    @Test(
        "Between claim and record of a mail over SMTP, the mail is in doubt and repeated once, after half an hour",
        arguments: [("mailClaimed", 1), ("mailDelivered", 2)])
    func inDoubt(place: String, copies: Int) async throws {
        let server = try await MailServer()
        let machine = try await Machine(mail: server.settings)
        _ = try await machine.suspectOneOfTwo()
        let killed = try await machine.run(
            "run", "--all", days: 8.01, environment: ["KEYVIGIL_FAILPOINT": place])
        #expect(killed.status == -SIGKILL, "\(killed)")
        let next = try await machine.run("run", "--json", days: 8.011)
        #expect(next.number("notices", "sent") == 1, "only the other recipient's: \(next)")
        #expect(try await machine.column("SELECT state FROM mail ORDER BY state") == ["inDoubt", "sent"])
        let early = try await machine.run("run", "--json", days: 8.02)
        #expect(early.number("notices", "sent") == 0, "\(early)")
        let late = try await machine.run("run", "--json", days: 8.04)
        #expect(late.number("notices", "sent") == 1, "\(late)")
        #expect(try await machine.column("SELECT state FROM mail ORDER BY state") == ["sent", "sent"])
        let doubtful = Dictionary(grouping: server.messages, by: \.messageID).mapValues(\.count)
        #expect(doubtful.values.sorted() == [1, copies], "the same Message-ID on a repeat: \(doubtful)")
        #expect(try await machine.runsWithGaps() == [])
    }

    @Test("A mail that is in doubt twice has failed visibly and is not sent a third time")
    func inDoubtTwice() async throws {
        let server = try await MailServer()
        let machine = try await Machine(mail: server.settings)
        _ = try await machine.suspectOneOfTwo()
        for (day, place) in [(8.01, "mailDelivered"), (8.011, "leasesReturned"), (8.04, "mailDelivered")] {
            _ = try await machine.run("run", "--all", days: day, environment: ["KEYVIGIL_FAILPOINT": place])
        }
        for day in [8.05, 8.08, 8.2] { _ = try await machine.run("run", days: day) }
        let copies = Dictionary(grouping: server.messages, by: \.messageID).mapValues(\.count)
        #expect(copies.values.allSatisfy { $0 <= 2 }, "\(copies)")
        let states = try await machine.column("SELECT state FROM mail ORDER BY state")
        #expect(states.allSatisfy { ["failed", "sent"].contains($0) }, "\(states)")
    }
}
