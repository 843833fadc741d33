internal import Database
internal import Foundation
package import KeyVigil
internal import Vocabulary

/// An operator's undo of the disablings of one run: what it does with each key.
package struct Undo: Sendable {
    /// One key that the run disabled.
    package struct Item: Sendable {
        /// Lower-case UUID.
        package let keyID: String
        /// The key as it stood before; nil where it was deleted.
        package let key: StoredKey?
        /// What the undo does with it.
        package let outcome: UndoOutcome
        /// Whether a mail about the disabling was composed; the tenant then gets a notice that the key works again.
        package let wasTold: Bool
    }

    /// All keys that the run disabled, sorted by id.
    package let items: [Item]

    /// The keys that the undo enables.
    package var enabled: [Item] { items.filter { $0.outcome == .enabled } }
    /// How many notices the undo queues: one for each key that it enables and whose disabling a mail had told.
    package var noticesOwed: Int { enabled.count { $0.wasTold } }
}

extension KeyStore {
    /// Enables the keys that one run disabled and that have not changed since, in one transaction.
    ///
    /// The keys come back without a suspicion, so that it takes two refusals and the gap to disable them again.
    ///
    /// - Parameter isDryRun: whether only to return what would happen, and write nothing.
    /// - Throws: `InvalidInput` for a run that the store does not know; `DatabaseError`. Nothing is written then.
    package func undo(runID: String, isDryRun: Bool = false) async throws -> Undo {
        let runID = runID.lowercased()
        let plan = try await database.read { try Undo(items: Undo.undoable(runID, in: $0)) }
        guard !isDryRun, plan.items.contains(where: { $0.outcome == .enabled }) else { return plan }
        return try await command { transaction in
            let items = try Undo.undoable(runID, in: transaction.connection)
            for item in items where item.outcome == .enabled {
                try Undo.enable(item, disabledBy: runID, in: transaction)
            }
            return Undo(items: items)
        }
    }
}

extension Undo {
    fileprivate static func undoable(_ runID: String, in connection: Connection) throws -> [Undo.Item] {
        guard try connection.first("SELECT 1 FROM run WHERE id = $1", [.id(runID)], { _ in true }) != nil else {
            throw InvalidInput("there is no run with this id", remedy: .listDisablingRuns)
        }
        let rows = try connection.query(
            "SELECT key_id, at FROM disabling WHERE run_id = $1 ORDER BY key_id", [.id(runID)]
        ) {
            (keyID: $0.text(0), at: $0.time(1))
        }
        return try rows.map { row in
            let key = try KeyTable.key(row.keyID, in: connection)
            return Undo.Item(
                keyID: row.keyID, key: key, outcome: UndoOutcome(key?.health, disabledAt: row.at),
                wasTold: try wasTold(ofDisabling: row.keyID, at: row.at, in: connection))
        }
    }

    fileprivate static func enable(
        _ item: Undo.Item, disabledBy runID: String, in transaction: AuditedTransaction
    ) throws {
        let now = transaction.now
        guard let key = item.key, let disabling = key.health.disabling else { return }
        var health = key.health
        try health.enable(at: now)
        if try TenantTable.tenant(key.tenantID, in: transaction.connection)?.byok == false { health.schedule(nil) }
        guard try HealthTable.write(health, keyID: key.id, ifStill: key.health, in: transaction) else { return }
        try transaction.append(key.audit(KeyEnabled(undoneRun: runID), at: now))
        if item.wasTold { _ = try NoticeTable.queue(OwedNotice(undone: key, disabling, at: now), in: transaction) }
    }

    /// Whether a mail about this disabling was composed; a notice that still waits is dropped, as it no longer holds.
    private static func wasTold(ofDisabling keyID: String, at date: Date?, in connection: Connection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM notice WHERE subject = $1 AND kind = $2 AND episode = $3 AND state = $4",
            [
                .text(keyID), .text(NoticeKind.keyDisabled.rawValue), .text(date.map(UTCText.string)),
                .text(NoticeState.mailed.rawValue),
            ]
        ) { _ in true } ?? false
    }
}

extension UndoOutcome {
    /// What an undo does with a key of this health that the run disabled at that time.
    init(_ health: KeyHealth?, disabledAt: Date?) {
        switch health?.state {
        case nil: self = .deleted
        case .revoked: self = .revoked
        case .active: self = .inUse
        case .disabled(let disabling) where disabling.by == .operator: self = .disabledByOperator
        case .disabled(let disabling): self = disabling.at == disabledAt ? .enabled : .disabledAnew
        }
    }
}

extension OwedNotice {
    /// The notice to a tenant who was told of the disabling: an undo has enabled the key again.
    fileprivate init(undone key: StoredKey, _ disabling: Disabling, at date: Date) {
        tenantID = key.tenantID
        keyID = key.id
        kind = .keyWorksAgain
        episode = UTCText.string(disabling.at)
        facts = Details(finding: .valid, code: nil, since: date, downSince: disabling.at, expiresAt: nil)
        at = date
    }
}
