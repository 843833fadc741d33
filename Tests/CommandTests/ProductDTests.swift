import Foundation
import Testing

/// The requirements of a test-automation service, one by one, with its settings (`Products/d-test-automation.yaml`).
@Suite("A test automation's keys", .serialized)
struct ProductDTests {
    @Test("Each project stores its own key, checked before it is stored; a refusal shows the provider's reason")
    func projects() async throws {
        let machine = try await machine()
        let one = try await project(1, machine)
        let two = try await project(2, machine)
        #expect(try await resolved(1, machine) == one.id)
        #expect(try await resolved(2, machine) == two.id)
        #expect(try await resolved(3, machine) == nil)
        let secret = try await machine.newSecret("openai", "account_deactivated")
        let refused = try await machine.run(
            "keys", "add", "--tenant", "acme", "--provider", "openai", "--scope", "project:3", stdin: secret)
        #expect(refused.status == 1)
        #expect(
            refused.errors
                == "keyvigil: not saved: OpenAI says the key was revoked or its account closed "
                + "(HTTP 401, code account_deactivated)\n")
    }

    @Test("Only the last four characters of a key are shown")
    func lastFour() async throws {
        let machine = try await machine()
        let key = try await project(1, machine)
        let hint = "…" + key.secret.suffix(4)
        for command in [["keys", "list"], ["keys", "show", key.id]] {
            let shown = try await machine.start(command).finish().output
            #expect(shown.contains(hint) && !shown.contains(key.secret.suffix(5)))
            #expect(!shown.contains(key.secret.prefix(4)))
        }
    }

    @Test("A key can be replaced in place; without its key a project uses the platform's")
    func replaced() async throws {
        let machine = try await machine()
        let key = try await project(1, machine)
        let replaced = try await machine.run(
            "keys", "replace", key.id, "--json", stdin: try await machine.newSecret("openai"))
        #expect(replaced.number("version") == 2 && replaced.text("scope") == "project:1", "\(replaced)")
        #expect(try await resolved(1, machine) == key.id)
        let removed = try await machine.run("keys", "delete", key.id)
        #expect(
            removed.output
                == """
                key \(key.id): deleted
                openai now resolves to platform: the tenant has no key for this; the platform's own key is used

                """)
        #expect(try await resolved(1, machine) == nil)
    }

    @Test("The run's log names a key that its provider revoked later, with the reason")
    func revokedLater() async throws {
        let machine = try await machine()
        let one = try await project(1, machine)
        _ = try await project(2, machine)
        try await machine.strike(one, "account_deactivated")
        _ = try await machine.run("run", "--all", days: 7)
        let run = try await machine.run("run", "--all", "--json", days: 8.01)
        let rows = try await machine.run("audit", "list", "--key", one.id, "--json", days: 8.1).jsonLines
        let disabled = try #require(rows.first { $0["event"] as? String == "key.disabled" })
        #expect(disabled["run"] as? String == run.text("run"))
        #expect(disabled["finding"] as? String == "revoked" && disabled["http_status"] as? Int == 401)
        #expect(disabled["provider_code"] as? String == "account_deactivated")
        let story = try await machine.run("explain", one.id, days: 8.1).output
        #expect(story.contains("Disabled by the job on ") && story.contains("account_deactivated"), "\(story)")
        #expect(try await resolved(1, machine) == nil, "the platform's, by its policy")
    }

    @Test("A planned provider is refused with a line that says so")
    func planned() async throws {
        let machine = try await machine()
        let refused = try await machine.run(
            "keys", "add", "--tenant", "acme", "--provider", "replicant", "--scope", "project:1", stdin: "r-0123456789")
        #expect(refused.status == 65)
        #expect(
            refused.errors
                == "keyvigil: provider replicant is planned and not live yet; "
                + "its keys can be stored and used once it is live\n")
        #expect(
            try await machine.run("providers", "list").output.contains("\nPlanned, not live yet\n  replicant  Repl"))
    }

    private func machine() async throws -> Machine {
        let machine = try await Machine.product("d-test-automation")
        try machine.home.write(Machine.productFile("d-planned-providers.yaml"), to: "d-planned-providers.yaml")
        try await machine.addTenant()
        return machine
    }

    private func project(_ number: Int, _ machine: Machine) async throws -> Stored {
        try await machine.addKey("openai", "--scope", "project:\(number)")
    }

    /// The key that a project's calls use; nil for the platform's own.
    private func resolved(_ number: Int, _ machine: Machine) async throws -> String? {
        let found = try await machine.resolve("--provider", "openai", "--scope", "project:\(number)")
        #expect(found.status == 0 && found.text("source") == (found.text("key_id") == nil ? "platform" : "tenant"))
        return found.text("key_id")
    }
}
