import Foundation
import Secrets
import TestSupport
import Testing

@Suite("Ciphertexts of another language") struct VectorTests {
    let vectors: CiphertextVectors
    let ring: KeyRing
    let sealer: Sealer

    init() throws {
        vectors = try CiphertextVectors.read()
        ring = try KeyRing(vectors.ringText.utf8)
        sealer = try Sealer(ring)
    }

    @Test func `each opens, with the key of the ring that it names`() throws {
        #expect(ring.keys.map { MasterKey.name($0.id) } == vectors.ring.map(\.id))
        for vector in vectors.good {
            let opened = try sealer.open(bytes(hex: vector.sealed), associatedData: bytes(hex: vector.associatedData))
            #expect(opened.withBytes { Array($0) } == Array((vector.key ?? "").utf8), "\(vector.name)")
        }
        #expect(vectors.good.count >= 8)
        #expect(ring.primary.checkValue == bytes(hex: "75a333fe4c135565b93813cb5447f742"))
    }

    @Test func `what was spoilt is refused with its reason`() {
        for vector in vectors.refused {
            let failure = #expect(throws: OpenFailure.self, "\(vector.name)") {
                try sealer.open(bytes(hex: vector.sealed), associatedData: bytes(hex: vector.associatedData))
            }
            #expect(failure.map { "\($0)" } == vector.failure, "\(vector.name)")
        }
        #expect(vectors.refused.count >= 19)
    }

    @Test func `Python makes the same file today`() throws {
        let directory = try TemporaryDirectory()
        let script = CiphertextVectors.directory.appendingPathComponent("make_vectors.py").path
        let made = try ServerProcess.run("/usr/bin/python3", ["-B", script], in: directory)
        let kept = CiphertextVectors.directory.appendingPathComponent("vectors.json")
        #expect(made == (try String(contentsOf: kept, encoding: .utf8)))
    }
}
