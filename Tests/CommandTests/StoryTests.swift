import Foundation
import Testing

@Suite("The story of a key, told by the program", .serialized)
struct StoryTests {
    @Test("A key is stored, refused twice, disabled with a mail, and comes back when it is repaired")
    func story() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let key = try await machine.addKey("openai", "--label", "Production")
        let other = try await machine.addKey("openai")
        try await machine.strike(key)

        let first = try await machine.run("run", "--all", "--json", days: 7)
        #expect(first.status == 0, "\(first)")
        #expect(first.number("transitions", "suspected") == 1)
        #expect(first.number("transitions", "disabled") == 0)
        #expect(try await machine.show(key)["status"] as? String == "active")
        #expect(try await machine.show(key)["suspected_since"] is String)
        #expect(try machine.mails().isEmpty)

        let second = try await machine.run("run", "--all", "--json", days: 8.01)
        #expect(second.status == 0, "\(second)")
        #expect(second.number("transitions", "disabled") == 1)
        #expect(second.number("notices", "sent") == 1)
        let disabled = try await machine.show(key)
        #expect(disabled["status"] as? String == "disabled")
        #expect(disabled["disabled_by"] as? String == "job")
        #expect(disabled["finding"] as? String == "invalid")
        #expect(try await machine.show(other)["status"] as? String == "active")
        let mail = try #require(try machine.mails().values.first)
        #expect(mail.contains("To: it@acme.example\r\n"))
        #expect(mail.contains("Production"))

        try await machine.simulator.set(provider: "openai", key: key.secret, scenario: .valid)
        let third = try await machine.run("run", "--json", days: 9.1)
        #expect(third.number("transitions", "recovered") == 1, "\(third)")
        #expect(try await machine.show(key)["status"] as? String == "active")
        #expect(try machine.mails().count == 2)

        let events = try await machine.run("audit", "list", "--key", key.id, "--json").jsonLines.map {
            $0["event"] as? String ?? ""
        }
        #expect(
            events.filter { $0 != "key.probed" } == ["key.added", "key.suspected", "key.disabled", "key.recovered"])
    }
}
