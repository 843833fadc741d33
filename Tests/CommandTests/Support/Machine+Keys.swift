import Foundation
import Simulator
import TestSupport

/// A key that a tenant has stored, and the secret that only its provider knows.
struct Stored: Sendable {
    let id: String
    let provider: String
    let secret: String
}

extension Machine {
    /// Adds a tenant, which also creates the store.
    func addTenant(_ id: String = "acme", email: String? = nil, _ more: String...) async throws {
        let added = try await start(["tenants", "add", id, "--email", email ?? "it@\(id).example"] + more).finish()
        guard added.status == 0 else { throw SetupFailure(added) }
    }

    /// Makes a key that the provider accepts, or answers with `scenario`; does not store it.
    func newSecret(_ provider: String, _ scenario: Scenario? = .valid) async throws -> String {
        let secret = try simulator.newKey(for: provider)
        try await simulator.set(provider: provider, key: secret, scenario: scenario)
        return secret
    }

    /// Makes and stores a key that its provider accepts.
    func addKey(
        _ provider: String = "openai", tenant: String = "acme", _ more: String..., days: Double = 0
    ) async throws -> Stored {
        let secret = try await newSecret(provider)
        let params = provider == "azure_openai" ? ["--param", "resource=acme-ai"] : []
        let arguments = ["keys", "add", "--tenant", tenant, "--provider", provider, "--json"] + params + more
        let added = try await start(arguments, stdin: secret + "\n", days: days).finish()
        guard added.status == 0, let id = added.text("id") else {
            throw SetupFailure(added)
        }
        return Stored(id: id, provider: provider, secret: secret)
    }

    /// Imports keys without probes, one JSON line a key, which is faster for many.
    func importKeys(_ keys: [(tenant: String, provider: String, secret: String)], days: Double = 0) async throws {
        let lines = try keys.map { key in
            var fields: [String: Any] = ["tenant": key.tenant, "provider": key.provider, "key": key.secret]
            if key.provider == "azure_openai" { fields["params"] = ["resource": "acme-ai"] }
            return String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
        }
        let done = try await run("keys", "import", "-", "--no-probe", stdin: lines.joined(separator: "\n"), days: days)
        guard done.status == 0 else { throw SetupFailure(done) }
    }

    /// Sets the provider's answer about the key from now on.
    func strike(_ key: Stored, _ scenario: Scenario = .invalid) async throws {
        try await simulator.set(provider: key.provider, key: key.secret, scenario: scenario)
    }

    func show(_ key: Stored, days: Double = 0) async throws -> [String: Any] {
        try await run("keys", "show", key.id, "--json", days: days).json
    }
}
