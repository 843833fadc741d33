import Foundation
import Testing

@Suite("Owners and members of a tenant", .serialized)
struct RolesTests {
    @Test("A tenant's owners and members are kept apart, changed one by one, and no address is both")
    func roles() async throws {
        let machine = try await Machine()
        let added = try await machine.run(
            "tenants", "add", "acme", "--email", "boss@acme.example,it@acme.example", "--members", "dev@acme.example",
            "--json")
        #expect(added.json["email"] as? [String] == ["boss@acme.example", "it@acme.example"], "\(added)")
        #expect(added.json["members"] as? [String] == ["dev@acme.example"])
        let both = try await machine.run("tenants", "set", "acme", "--members", "dev@acme.example,IT@acme.example")
        #expect(both.status == 65)
        #expect(
            both.errors
                == "keyvigil: an address is both an owner's and a member's; give it one role, with --email or with --members\n"
        )
        let moved = try await machine.run(
            "tenants", "set", "acme", "--email", "boss@acme.example", "--members", "it@acme.example", "--json")
        #expect(moved.status == 0, "\(moved)")
        let shown = try await machine.run("tenants", "show", "acme", "--json")
        #expect(shown.json["email"] as? [String] == ["boss@acme.example"])
        #expect(shown.json["members"] as? [String] == ["it@acme.example"])
        #expect(try await machine.run("tenants", "list").output.contains("it@acme.example"))
        #expect(try await machine.run("tenants", "show", "acme").output.contains("members"))
        #expect(
            try await machine.rows("SELECT address, role FROM recipient ORDER BY address", columns: 2)
                == [["boss@acme.example", "owner"], ["it@acme.example", "member"]])
    }

    @Test("An address that cannot be mailed is refused on input; an international domain is shown as it is mailed")
    func grammar() async throws {
        let machine = try await Machine()
        let bad = try await machine.run("tenants", "add", "acme", "--email", "it@-bad.example")
        #expect(bad.status == 65)
        #expect(
            bad.errors
                == "keyvigil: mail address refused: the part after @ must be a host name: letters, digits and inner "
                + "hyphens, at most 63 between two dots; write it as name@example.com\n")
        #expect(try await machine.run("tenants", "add", "acme", "--email", "it@bücher.example").status == 0)
        let shown = try await machine.run("tenants", "show", "acme", "--json")
        #expect(shown.json["email"] as? [String] == ["it@xn--bcher-kva.example"])
    }

    @Test("Notices about keys go to owners, to operators if there is no owner, and never to members")
    func notices() async throws {
        for owners in ["boss@acme.example", ""] {
            let machine = try await Machine()
            try await machine.addTenant("acme", email: owners, "--members", "dev@acme.example,qa@acme.example")
            let dying = try await machine.addKey()
            _ = try await machine.addKey()
            try await machine.strike(dying)
            _ = try await machine.run("run", "--all", days: 7)
            let second = try await machine.run("run", "--all", "--json", days: 8.01)
            #expect(second.number("transitions", "disabled") == 1, "\(second)")
            let expected = owners.isEmpty ? "ops@platform.example" : owners
            #expect(try await machine.column("SELECT DISTINCT address FROM mail") == [expected])
        }
    }
}
