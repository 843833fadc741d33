internal import Database
internal import Foundation
package import Judgement
package import KeyVigil
internal import Vocabulary

extension KeyStore {
    /// The story of a key; of a deleted one, as far as its audit rows tell.
    ///
    /// - Parameters:
    ///   - overrides: what the settings say about providers.
    /// - Throws: `InvalidInput` for an id that neither the store nor the audit log knows.
    package func explanation(
        of keyID: String, catalogue: Catalogue, overrides: [String: ProviderOverride] = [:], timing: Timing,
        breaker: Breaker.Settings
    ) async throws -> Explanation {
        let (keyID, now) = (keyID.lowercased(), now())
        return try await database.read { connection in
            var facts = try Explanation.Facts.ofKey(of: keyID, now: now, in: connection)
            guard let providerID = facts.key?.provider ?? facts.rows.last?.provider else {
                throw InvalidInput("there is no key with this id and no audit row about one", remedy: .listKeys)
            }
            facts.provider = catalogue[providerID]
            let activeProviders = ActiveProviders(catalogue, overrides, stored: [providerID])
            facts.isProviderOn = !activeProviders.switchedOff.contains(providerID)
            facts.isUnpaid = activeProviders.unpaid.contains(providerID)
            facts.timing = timing
            try Explanation.Facts.addGuard(to: &facts, of: providerID, by: breaker, in: connection)
            return Explanation(facts)
        }
    }
}

extension Explanation.Facts {
    /// What is known of the key itself.
    fileprivate static func ofKey(of keyID: String, now: Date, in connection: Connection) throws -> Explanation.Facts {
        var facts = Explanation.Facts(keyID: keyID, now: now)
        facts.key = try KeyTable.key(keyID, in: connection)
        if let key = facts.key { facts.isBYOKOn = try TenantTable.tenant(key.tenantID, in: connection)?.byok ?? true }
        var filter = AuditFilter()
        filter.keyID = keyID
        try AuditLine.forEach(filter, in: connection) { facts.rows.append($0) }
        facts.mails = try mails(about: keyID, in: connection)
        facts.waitingNotices = try connection.query(
            "SELECT kind FROM notice WHERE subject = $1 AND state = 'waiting' ORDER BY created_at", [.text(keyID)]
        ) { $0.text(0) }
        return facts
    }

    /// What is known of its provider, from the key's first row on; of a deleted key, to its last.
    fileprivate static func addGuard(
        to facts: inout Explanation.Facts, of provider: String, by settings: Breaker.Settings, in connection: Connection
    ) throws {
        guard let first = facts.rows.first?.at, let last = facts.rows.last?.at else { return }
        let health = facts.key?.health
        let scope = GuardScope(provider: provider, keyType: health?.keyType ?? "", host: health?.host ?? "")
        facts.providerRows = try guardRows(
            of: provider, from: first, to: facts.key == nil ? last : facts.now, in: connection
        )
        .filter { $0.isAbout(scope) }
        if facts.key != nil {
            facts.guardState = try GuardState.current(of: scope, settings, now: facts.now, in: connection)
        }
    }

    private static func guardRows(of provider: String, from start: Date, to end: Date, in connection: Connection) throws
        -> [AuditLine]
    {
        try connection.query(
            """
            SELECT \(AuditLine.columns) FROM audit_entry a
            WHERE a.key_id IS NULL AND a.provider = $1 AND a.at >= $2 AND a.at <= $3
                AND a.event IN ('breaker.opened', 'breaker.closed', 'breaker.released', 'control.negative', 'control.canary')
            """, [.text(provider), .time(start), .time(end)], AuditLine.init)
    }

    private static func mails(about keyID: String, in connection: Connection) throws -> [Explanation.ToldMail] {
        try connection.query(
            """
            SELECT m.address, \(connection.dialect.listing("n.kind")), m.state, m.attempts, m.created_at, m.sent_at,
                m.next_attempt_at, m.reply, m.message_id
            FROM notice n JOIN mail_notice l ON l.notice_id = n.id JOIN mail m ON m.id = l.mail_id
            WHERE n.subject = $1 GROUP BY m.id ORDER BY m.created_at, m.address
            """, [.text(keyID)], Explanation.ToldMail.init)
    }
}

extension Explanation.ToldMail {
    fileprivate init(row: Row) {
        address = Printable(row.text(0)).description
        kinds = row.text(1)
        state = row.text(2)
        attempts = row.integer(3)
        createdAt = row.time(4) ?? .distantPast
        sentAt = row.time(5)
        nextAttemptAt = row.time(6)
        reply = row.optionalText(7).map { Printable($0, limit: 300).description }
        messageID = Printable(row.text(8), limit: 200).description
    }
}

extension AuditLine {
    /// Breakers and releases name the key type and the host that they are about, controls the host. A control on some
    /// tenant's own host says nothing here: which host is not kept, and what it meant for this key stands in the key's
    /// own rows.
    fileprivate func isAbout(_ scope: GuardScope) -> Bool {
        let details = details ?? ""
        guard isAny(of: .breakerOpened, .breakerClosed, .breakerReleased) else {
            let isElsewhere = details.contains(", at ") && !details.hasSuffix(", at \(scope.host)")
            return !details.contains("own host") && !isElsewhere
        }
        return scope.keyType.isEmpty || details.hasPrefix("all key types: ")
            || scope.all.contains { details.hasPrefix("\($0.name): ") }
    }
}
