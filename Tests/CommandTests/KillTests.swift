import Foundation
import Testing

@Suite("A run that is killed", .serialized)
struct KillTests {
    @Test(
        "Between claim and record of a mail over SMTP, the mail is in doubt and resent once, after half an hour",
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

    @Test("A mail that is in doubt twice is reported as failed and not sent a third time")
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
