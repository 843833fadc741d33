import Foundation
import Testing

@Suite("keyvigil explain", .serialized)
struct ExplainTests {
    @Test("The story of a disabled key fits the terminal, says why, and contains no key")
    func story() async throws {
        let machine = try await Machine()
        let (dying, living) = try await machine.suspectOneOfTwo()
        let suspected = try await machine.run("explain", dying.id, days: 7.5)
        #expect(suspected.output.contains("Suspected since"), "\(suspected)")
        #expect(suspected.output.contains("Refusals counted: 1 of 2;"), "\(suspected)")
        _ = try await machine.run("run", "--all", days: 8.1)

        let told = try await machine.run("explain", dying.id.uppercased(), days: 8.2)
        #expect(told.status == 0 && told.errors == "", "\(told)")
        let lines = told.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines[0] == "Key \(dying.id)")
        #expect(lines[2].hasPrefix("Disabled by the job on "), "\(told)")
        for words in ["checked: invalid", "suspected", "control passed", "mail sent", "boss@acme.example"] {
            #expect(told.output.contains(words), "\(words): \(told)")
        }
        #expect(lines.allSatisfy { $0.count <= 120 }, "\(told)")
        #expect(!told.output.contains("\u{1b}"))
        for secret in [dying.secret, living.secret] { #expect(!told.output.contains(secret.dropFirst(8).prefix(8))) }
        let fine = try await machine.run("explain", living.id, days: 8.2)
        #expect(fine.output.contains("In use and fine: OpenAI accepted it on"), "\(fine)")
        #expect(fine.output.contains("2 checks: valid"), "\(fine)")
    }

    @Test("`--json` is one document with the key as `keys show` gives it, and each refusal by itself")
    func json() async throws {
        let machine = try await Machine()
        let (dying, _) = try await machine.suspectOneOfTwo()
        _ = try await machine.run("run", "--all", days: 8.1)
        let told = try await machine.run("explain", dying.id, "--json", days: 8.2)
        #expect(Set(told.json.keys) == ["key", "summary", "timeline", "next"], "\(told)")
        let shown = try await machine.show(dying)
        #expect((told.json["key"] as? NSDictionary) == (shown as NSDictionary))
        let timeline = try #require(told.json["timeline"] as? [[String: Any]])
        let refusals = timeline.filter {
            $0["event"] as? String == "key.probed" && $0["finding"] as? String == "invalid"
        }
        #expect(
            refusals.count == 2 && refusals.allSatisfy { $0["provider_code"] is String && $0["count"] as? Int == 1 })
        let mails = timeline.filter { $0["event"] as? String == "mail" }
        #expect(
            Set(mails.compactMap { $0["address"] as? String }) == ["it@acme.example", "boss@acme.example"])
        #expect(mails.allSatisfy { $0["state"] as? String == "sent" && $0["notices"] as? String == "key_disabled" })
        let times = timeline.compactMap { $0["at"] as? String }
        #expect(times.count == timeline.count && times == times.sorted())
    }

    @Test("The story has the mail server's reply, or, while the server is unreachable, the time of the next attempt")
    func replies() async throws {
        let server = try await MailServer()
        let machine = try await Machine(mail: server.settings)
        let (dying, _) = try await machine.suspectOneOfTwo()
        let away = ["KEYVIGIL_SMTP_URL": "smtp://127.0.0.1:1"]
        _ = try await machine.run("run", "--all", days: 8.1, environment: away)
        let waiting = try await machine.run("explain", dying.id, days: 8.2)
        #expect(waiting.output.contains("mail deferred") && waiting.output.contains("next attempt"), "\(waiting)")
        _ = try await machine.run("run", days: 8.2)
        let told = try await machine.run("explain", dying.id, days: 8.3)
        #expect(told.output.contains("2 attempts") && told.output.contains("kept"), "\(told)")
    }

    @Test("The story of a deleted key comes from the audit log; an unknown id is refused with what to do")
    func gone() async throws {
        let machine = try await Machine()
        try await machine.addTenant()
        let key = try await machine.addKey()
        _ = try await machine.run("keys", "delete", key.id)
        let told = try await machine.run("explain", key.id)
        #expect(told.status == 0 && told.output.contains("It was deleted on"), "\(told)")
        let json = try await machine.run("explain", key.id, "--json").json
        #expect(json["key"] is NSNull && (json["timeline"] as? [Any])?.count == 2)
        let unknown = try await machine.run("explain", UUID().uuidString)
        #expect(unknown.status == 65 && unknown.output == "")
        #expect(unknown.errors.contains("`keyvigil keys list` shows them"), "\(unknown)")
        let mistaken = try await machine.run("explain", key.secret)
        #expect(mistaken.status == 64 && !mistaken.errors.contains(key.secret.dropFirst(8).prefix(8)), "\(mistaken)")
    }
}
