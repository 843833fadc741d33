import TestSupport
import Testing

@testable import KeyVigil

struct KeysVectorTests {
    @Test("What a ciphertext is bound to is the same bytes in every language, and so are canonical parameters")
    func bound() throws {
        for vector in try CiphertextVectors.read().good {
            let row = try #require(vector.row)
            let data = AssociatedData.bytes(
                tenantID: row.tenant, scope: Scope(kind: row.scopeKind, id: row.scopeId), keyID: row.keyId,
                provider: row.provider, params: row.params)
            #expect(data == bytes(hex: vector.associatedData), "\(vector.name)")
            #expect(try EndpointParameters.json(row.parameters) == row.params, "\(vector.name)")
        }
    }
}
