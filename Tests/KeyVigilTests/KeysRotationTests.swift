import Database
import Foundation
import Secrets
import TestSupport
import Testing
import Vocabulary

@testable import KeyVigil

struct KeysRotationTests {
    /// The fixture's store and two rings of two keys: `old` begins with the store's key, `new` with the other.
    private struct Turned {
        let fixture: KeysFixture
        let old: KeyRing
        let new: KeyRing
        /// A vault that was verified with the old ring before the rotation.
        let late: KeyVault

        init() async throws {
            fixture = try await KeysFixture()
            let first = try KeyRing.newKey()
            let second = try KeyRing.newKey()
            old = try KeyRing("old:\(first),new:\(second)".utf8)
            new = try KeyRing("new:\(second),old:\(first)".utf8)
            try await fixture.store.verify(old)
            late = KeyVault(store: fixture.store, ring: old, catalogue: try Catalogue(), client: fixture.vault.client)
        }

        func add() async throws -> StoredKey {
            let secret = SecretBytes(copying: KeysFixture.secret.utf8)
            return try await late.add(NewKey(tenantID: "acme", provider: "openai"), secret: secret, probing: false).key
        }

        func rotate() async throws -> KeyRotation {
            try await fixture.store.rotate(to: new, stop: StopSignal()) { _, _ in }
        }
    }

    @Test("A program that was verified before a master key was retired stores no key under it, also within an import")
    func lateWriters() async throws {
        let turned = try await Turned()
        let key = try await turned.add()
        let store = turned.fixture.store
        try await store.verify(turned.new)
        await #expect(throws: InvalidInput.self) { try await store.retire(turned.old.primary.id, ring: turned.new) }
        #expect(try await turned.rotate().rotated == 1)
        try await store.retire(turned.old.primary.id, ring: turned.new)
        let line = try KeyImportLine(
            Data(#"{"tenant":"acme","provider":"openai","key":"\#(KeysFixture.secret)"}"#.utf8))
        let secret = SecretBytes(copying: KeysFixture.secret.utf8)
        await #expect(throws: RetiredMasterKey.self) { try await turned.add() }
        await #expect(throws: RetiredMasterKey.self) { try await turned.late.importUnprobed([line]) }
        await #expect(throws: RetiredMasterKey.self) {
            try await turned.late.replace(key.id, with: secret, probing: false)
        }
        await #expect(throws: RetiredMasterKey.self) {
            try await store.rotate(to: turned.old, stop: StopSignal()) { _, _ in }
        }
        await #expect(throws: RetiredMasterKey.self) { try await store.verify(turned.old) }
        #expect(try await store.key(key.id).health.version == 1)
        #expect(try await turned.fixture.texts("SELECT id FROM stored_key") == [key.id])
        // Also a store without keys refuses a ring that begins with the retired key.
        try await store.delete(key.id)
        await #expect(throws: RetiredMasterKey.self) { try await store.verify(turned.old) }
        try await store.verify(turned.new)
    }

    @Test("A key that is replaced or deleted during its rotation is not overwritten")
    func fenced() async throws {
        let turned = try await Turned()
        let keys = [try await turned.add(), try await turned.add(), try await turned.add()].sorted { $0.id < $1.id }
        let database = turned.fixture.store.database
        let old = turned.old.primary.id
        let page = try await database.read { try KeyTable.sealedKeys(under: old, after: "", in: $0) }
        #expect(page.map(\.id) == keys.map(\.id))
        let replacement = SecretBytes(copying: "sk-proj-\(String(repeating: "N3", count: 40))".utf8)
        let replaced = try await turned.late.replace(keys[0].id, with: replacement, probing: false).key
        try await turned.fixture.store.delete(keys[2].id)
        let batch = try KeyRotationBatch(page, Sealer(turned.new))
        #expect(batch.resealed.count == 3 && batch.damaged == 0)
        #expect(try await turned.fixture.store.sharedTransaction { try KeyTable.reseal(batch, in: $0) } == 1)
        let sealer = try Sealer(turned.new)
        let sealed = try #require(try await database.read { try KeyTable.ciphertext(keyID: keys[0].id, in: $0) })
        let opened = try sealer.open(sealed, associatedData: replaced.associatedData)
        #expect(opened.withBytes { Array($0) } == replacement.withBytes { Array($0) })
        #expect(
            try await database.read { try MasterKeyTable.storedKeyCounts(in: $0) } == [
                old: 1, turned.new.primary.id: 1,
            ])
    }

    @Test("A rotation keeps a replaced key's version, and its new ciphertext is bound to it")
    func version() async throws {
        let turned = try await Turned()
        let key = try await turned.add()
        let replacement = SecretBytes(copying: "sk-proj-\(String(repeating: "N3", count: 40))".utf8)
        _ = try await turned.late.replace(key.id, with: replacement, probing: false)
        let rotation = try await turned.rotate()
        #expect(rotation.rotated == 1)
        #expect(rotation.damaged == 0)
        let stored = try await turned.fixture.store.key(key.id)
        #expect(stored.health.version == 2)
        let sealed = try #require(
            try await turned.fixture.store.database.read { try KeyTable.ciphertext(keyID: key.id, in: $0) })
        #expect(Sealer.keyRingID(of: sealed) == turned.new.primary.id)
        let opened = try Sealer(turned.new).open(sealed, associatedData: stored.associatedData)
        #expect(opened.withBytes { Array($0) } == replacement.withBytes { Array($0) })
    }
}
