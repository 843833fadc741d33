import Curl
import Database
import Foundation
import KeyVigil
import Mail
import Secrets
import Vocabulary

/// A platform that keeps its tenants' keys with the library: what the documentation shows is taken from here.
@main
struct Platform {
    /// The store and the ring lie in the directory that is given; the key comes in a variable, and so does the provider's
    /// address, for this is played against a simulator.
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else { return print("usage: Example DIRECTORY") }
        let environment = ProcessInfo.processInfo.environment
        let platform = try await Platform(
            directory: CommandLine.arguments[1], addresses: ["openai": environment["OPENAI_BASE_URL"] ?? ""])
        try await platform.addTenant()
        await platform.add(environment["ACME_KEY"] ?? "")
        await platform.add(environment["REFUSED_KEY"] ?? "")
        try await platform.check()
        try await platform.call()
    }

    let vault: KeyVault

    init(directory: String, addresses: [String: String]) async throws {
        let ring = try KeyRing(KeyRing.newKey().utf8)

        let database = try Database(sqlite: "\(directory)/keyvigil.db", create: true)
        let store = KeyStore(database: database, program: "example")
        try await store.migrate()
        try await store.verify(ring)

        let overrides = addresses.mapValues { address in
            var override = ProviderOverride()
            override.baseURL = address
            return override
        }

        vault = KeyVault(
            store: store, ring: ring, catalogue: try Catalogue(), overrides: overrides, client: try HTTPClient())
    }

    func addTenant() async throws {
        try await vault.store.add(
            Tenant(
                id: "acme", name: "Acme", addresses: [try MailAddress("it@acme.example")], createdAt: vault.store.now())
        )
    }

    /// A tenant pastes a key into the platform's form.
    func add(_ pasted: String) async {
        do {
            let new = try NewKey(tenantID: "acme", provider: "openai", label: "Production", isDefault: true)
            let (key, _) = try await vault.add(new, secret: SecretBytes(copying: pasted.utf8))
            print("added \(key.label), \(key.hint)")
        } catch let refused as KeyRefused where refused.observation.verdict == .dead {
            print("refused: \(refused.provider.name) calls the key \(refused.observation.finding)")
        } catch is KeyRefused {
            print("not known: ask the tenant to try again later")
        } catch let wrong as InvalidInput {
            print("wrong input: \(wrong)")
        } catch {
            print("try again: \(error)")
        }
    }

    /// A request brings its own key, or none; whichever is used is stored nowhere.
    func check(_ ofRequest: SecretBytes? = nil) async throws {
        let levels = KeyLevels(explicit: ofRequest, variable: "EVALUATION_KEY", rcFile: "/etc/platform/keys.json")
        guard let (secret, level) = try levels.key(of: "openai") else { return print("no key") }
        var options = HTTPClient.Options()
        options.isHTTP2Allowed = false
        let probe = KeyProbe(
            catalogue: vault.catalogue, overrides: vault.overrides, client: try HTTPClient(options))
        let said = try await probe.prove(secret, provider: vault.provider("openai"), params: [:])
        switch said.verdict {
        case .alive: print("the key from \(level) works: \(said.finding)")
        case .dead: print("the key from \(level) is dead: \(said.finding)")
        case .unknown: print("nothing is proved: \(said.finding)")
        }
    }

    /// A call of the tenant's: with its own key, with the platform's, or not at all.
    func call() async throws {
        let resolver = Resolver(store: vault.store, catalogue: vault.catalogue, overrides: vault.overrides)
        let answer = try await resolver.resolve(tenantID: "acme", .provider("openai"), scopes: [Scope("project:42")])
        guard let keyID = answer.keyID else { return print("use \(answer.source): \(answer.reason)") }
        let secret = try await vault.secret(of: keyID)
        print("use a key of \(secret.count) bytes: \(answer.reason)")
    }
}
