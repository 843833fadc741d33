import Database
import Foundation
import KeyVigil
import Testing

@testable import Revalidation

struct SliceLeaseTests {
    @Test("A batch that began before further slices were leased keeps its lease")
    func growing() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(40)
            let store = platform.store
            let now = platform.clock.now
            let claim = { (lease: SliceLease, slice: Int) in
                try await store.sharedTransaction { transaction in
                    try transaction.execute(
                        "UPDATE key_health SET next_probe_at = NULL WHERE slice % 2 = $1", [.integer(slice)])
                    return try SliceTable.claim(
                        extending: lease, for: RunSelection(), of: ["openai"], dueAt: now, now: now, in: transaction)
                }
            }
            let first = try await claim(SliceLease(runner: store.runner.description), 0)
            #expect(!first.new.isEmpty && first.new.allSatisfy { $0 % 2 == 1 })
            _ = try await store.sharedTransaction { transaction in
                try transaction.execute("UPDATE key_health SET next_probe_at = $1", [.time(now)])
            }
            let second = try await store.sharedTransaction { transaction in
                try SliceTable.claim(
                    extending: first.lease, for: RunSelection(), of: ["openai"], dueAt: now, now: now, in: transaction)
            }
            #expect(!second.new.isEmpty && second.lease.token == first.lease.token)
            for lease in [first.lease, second.lease] {
                try await store.sharedTransaction { try SliceTable.fence(lease, now: now, in: $0) }
            }
            try await platform.execute("UPDATE slice_lease SET token = token + 1 WHERE slice = \(first.new[0])")
            for lease in [first.lease, second.lease] {
                await #expect(throws: LeaseLost.self) {
                    try await store.sharedTransaction { try SliceTable.fence(lease, now: now, in: $0) }
                }
            }
        }
    }
}
