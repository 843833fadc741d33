internal import Database
internal import Foundation
internal import KeyVigil

extension Sweep {
    /// Reads the next page, or claims more slices, while requests are on the wire and the queues have room.
    func readIfRoom() {
        guard stopped == nil, queues.values.reduce(0, { $0 + $1.count }) < 4 * DueCursor.mostKeys else { return }
        if reading.beginClaim(queues) { return claim() }
        guard var cursor = reading.begin(queues) else { return }
        Task { [inbox, database = vault.store.database] in
            do {
                let (keys, next) = try await database.read { [cursor] connection in
                    var cursor = cursor
                    return (try cursor.next(connection), cursor)
                }
                cursor = next
                inbox.yield(.page(slice: cursor, keys))
            } catch {
                inbox.yield(.failed(error))
            }
        }
    }

    /// Leases more slices while requests for keys of the others are on the wire.
    private func claim() {
        let selection = options.selection
        let providers = activeProviders.live
        Task { [inbox, store = vault.store, lease, startedAt] in
            do {
                let claim = try await store.sharedTransaction { transaction in
                    try SliceTable.claim(
                        extending: lease, for: selection, of: providers, dueAt: startedAt, now: transaction.now,
                        in: transaction)
                }
                inbox.yield(.claimed(claim))
            } catch {
                inbox.yield(.failed(error))
            }
        }
    }

    func handle(_ claim: SliceClaim) {
        lease = claim.lease
        tally.due += claim.due
        reading.add(claim.new)
    }

    func handle(_ keys: [DueKey], from cursor: DueCursor) {
        Failpoint.keysRead.hit()
        reading.end(cursor, isLast: keys.count < cursor.limit)
        guard stopped == nil else { return }
        for due in keys where !reading.isLimitReached { queue(due) }
    }

    /// Queues a key, unless it is known already or its queue has no room. A key that this ring cannot open stays known,
    /// so that it is counted once.
    func queue(_ due: DueKey) {
        guard unsettledKeyIDs.insert(due.key.id).inserted else { return }
        if sealer.lacksKey(of: due.ciphertext) {
            tally.foreignRing += 1
        } else if !joinsQueue(due) {
            unsettledKeyIDs.remove(due.key.id)
        }
    }

    private func joinsQueue(_ due: DueKey) -> Bool {
        let provider = due.key.provider
        guard let queue = queues[provider] ?? newQueue(provider) else { return false }
        guard queue.admit(due) else {
            reading.skipped.insert(SkippedTenant(provider: provider, tenantID: due.key.tenantID))
            return false
        }
        reading.taken += 1
        return true
    }

    private func newQueue(_ id: String) -> ProviderQueue? {
        guard let provider = vault.catalogue[id] else { return nil }
        let override = vault.overrides[id]
        let queue = ProviderQueue(
            ratePerSecond: override?.ratePerSecond ?? provider.ratePerSecond,
            tenantRatePerSecond: override?.tenantRatePerSecond ?? provider.tenantRatePerSecond)
        queues[id] = queue
        return queue
    }
}
