import Curl
import Database
import Foundation
import KeyVigil
import Mail
import Secrets
import TestSupport
import Vocabulary

/// A real store with one tenant, `acme`, and a vault that is never asked to probe.
struct KeysFixture: Sendable {
    let clock = MovingClock()
    let directory: TemporaryDirectory
    let place: TestStore
    let store: KeyStore
    let vault: KeyVault

    init() async throws {
        directory = try TemporaryDirectory()
        let clock = clock
        place = try await TestStore(in: directory)
        store = KeyStore(database: try place.open(), program: "test", now: { clock.now })
        try await store.migrate()
        let ring = try KeyRing(try KeyRing.newKey().utf8)
        try await store.verify(ring)
        vault = KeyVault(store: store, ring: ring, catalogue: try Catalogue(), client: try HTTPClient())
        try await addTenant("acme")
    }

    func addTenant(_ id: String, byok: Bool = true) async throws {
        try await store.add(
            Tenant(
                id: id, name: "Tenant \(id)", byok: byok, addresses: [try MailAddress("owner@\(id).example")],
                createdAt: clock.now))
    }

    static let secret = "sk-proj-" + String(repeating: "Q7", count: 50)

    func add(
        _ secret: String = secret, provider: String = "openai", tenant: String = "acme", scope: String = "",
        isDefault: Bool = false
    ) async throws -> StoredKey {
        let new = try NewKey(tenantID: tenant, provider: provider, scope: Scope(scope), isDefault: isDefault)
        return try await vault.add(new, secret: SecretBytes(copying: secret.utf8), probing: false).key
    }

    func replace(_ id: String, with secret: String = "sk-proj-" + String(repeating: "Z1", count: 50)) async throws {
        _ = try await vault.replace(id, with: SecretBytes(copying: secret.utf8), probing: false)
    }

    /// Changes a key's health as the job would.
    func set(_ id: String, _ edit: @Sendable (inout KeyHealth) -> Void) async throws {
        let key = try await store.key(id)
        var health = key.health
        edit(&health)
        let changed = health
        _ = try await store.transaction { try HealthTable.write(changed, keyID: id, ifStill: key.health, in: $0) }
    }

    func texts(_ sql: String) async throws -> [String] {
        try await store.database.read { connection in try connection.query(sql) { $0.text(0) } }
    }

    func execute(_ sql: String) async throws {
        _ = try await store.database.transaction { connection in try connection.execute(sql) }
    }

    /// The audit log's events of one key, in order of runs.
    func events(of id: String) async throws -> [String] {
        try await texts(
            "SELECT event FROM audit_entry a JOIN run r ON r.id = a.run_id WHERE key_id = '\(id)' ORDER BY \(TestStore.age("r")), seq"
        )
    }

    /// All bytes of the store's file and its write-ahead log.
    func bytes() -> Data {
        ["store.db", "store.db-wal"].reduce(into: Data()) { all, name in
            all += (try? Data(contentsOf: directory.url.appending(path: name))) ?? Data()
        }
    }
}
