internal import Database
internal import Foundation
package import Judgement
package import KeyVigil
internal import Vocabulary

extension KeyStore {
    /// Explains a key; a deleted one as far as its audit rows go.
    ///
    /// - Parameters:
    ///   - keyID: the key's UUID in either case.
    ///   - overrides: what the settings say about providers.
    ///   - breaker: the operator's thresholds of breaker and cap.
    /// - Throws: `InvalidInput` for an id that neither the store nor the audit log knows; `DatabaseError`.
    package func explanation(
        of keyID: String, catalogue: Catalogue, overrides: [String: ProviderOverride] = [:], timing: Timing,
        breaker: Breaker.Settings
    ) async throws -> Explanation {
        let keyID = keyID.lowercased()
        let now = now()
        return try await database.read { connection in
            var facts = try Explanation.Facts.ofKey(keyID, now: now, in: connection)
            guard let providerID = facts.key?.provider ?? facts.rows.last?.provider else {
                throw InvalidInput("there is no key with this id and no audit row about one", remedy: .listKeys)
            }
            facts.provider = catalogue[providerID]
            let activeProviders = ActiveProviders(catalogue, overrides, stored: [providerID])
            facts.isProviderOn = !activeProviders.disabled.contains(providerID)
            facts.isUnpaid = activeProviders.unpaid.contains(providerID)
            facts.timing = timing
            try Explanation.Facts.addGuard(to: &facts, of: providerID, by: breaker, in: connection)
            return Explanation(facts)
        }
    }
}

extension Explanation.Facts {
    /// Reads the key with its tenant's BYOK, audit rows, mails and waiting notices.
    fileprivate static func ofKey(_ keyID: String, now: Date, in connection: Connection) throws -> Explanation.Facts {
        var facts = Explanation.Facts(keyID: keyID, now: now)
        facts.key = try KeyTable.key(keyID, in: connection)
        if let key = facts.key { facts.isBYOKOn = try TenantTable.tenant(key.tenantID, in: connection)?.byok ?? true }
        var filter = AuditFilter()
        filter.keyID = keyID
        try AuditLine.forEach(filter, in: connection) { facts.rows.append($0) }
        facts.mails = try mails(about: keyID, in: connection)
        facts.waitingNotices = try connection.query(
            "SELECT kind FROM notice WHERE subject = $1 AND state = $2 ORDER BY created_at",
            [.text(keyID), .text(NoticeState.waiting.rawValue)]
        ) { NoticeKind(rawValue: $0.text(0)) }.compactMap(\.self)
        return facts
    }

    /// Adds audit rows of the key's scope, from the key's first row on (of a deleted key, to its last), and the state
    /// of the guard.
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
        let events: [AuditEvent] = [.breakerOpened, .breakerClosed, .breakerReleased, .controlNegative, .controlCanary]
        return try connection.query(
            """
            SELECT \(AuditLine.columns) FROM audit_entry a
            WHERE a.key_id IS NULL AND a.provider = $1 AND a.at >= $2 AND a.at <= $3 AND a.event IN (\(events.sql))
            """, [.text(provider), .time(start), .time(end)], AuditLine.init)
    }

    private static func mails(about keyID: String, in connection: Connection) throws -> [ToldMail] {
        try connection.query(
            """
            SELECT m.address, \(connection.dialect.listing("n.kind")), m.state, m.attempts, m.created_at, m.sent_at,
                m.next_attempt_at, m.reply, m.message_id
            FROM notice n JOIN mail_notice l ON l.notice_id = n.id JOIN mail m ON m.id = l.mail_id
            WHERE n.subject = $1 GROUP BY m.id ORDER BY m.created_at, m.address
            """, [.text(keyID)], ToldMail.init)
    }
}

extension ToldMail {
    fileprivate init(row: Row) {
        address = Printable(row.text(0)).description
        kinds = row.text(1)
        state = MailState(rawValue: row.text(2))
        attempts = row.integer(3)
        createdAt = row.time(4) ?? .distantPast
        sentAt = row.time(5)
        nextAttemptAt = row.time(6)
        reply = row.optionalText(7).map { Printable($0, limit: 300).description }
        messageID = Printable(row.text(8), limit: 200).description
    }
}

extension AuditLine {
    /// Whether a row concerns this scope. Rows of breakers and releases name the key type and the host, rows of
    /// controls the host. Controls on tenants' own hosts do not: their host is not stored, and their effect on the
    /// key is in the key's own rows. A row whose facts this program does not know is shown.
    fileprivate func isAbout(_ scope: GuardScope) -> Bool {
        switch knownEvent {
        case .breakerOpened: return facts(BreakerOpened.self).map { scope.isPart(of: $0.keyType, $0.host) } ?? true
        case .breakerClosed: return facts(BreakerClosed.self).map { scope.isPart(of: $0.keyType, $0.host) } ?? true
        case .breakerReleased: return facts(BreakerReleased.self).map { scope.isPart(of: $0.keyType, nil) } ?? true
        case .controlNegative:
            let control = facts(NegativeControlAsked.self)
            return control.map { !$0.isOnTenantsHost && scope.isPart(of: nil, $0.host) } ?? true
        case .controlCanary: return facts(CanaryAsked.self).map { scope.isPart(of: nil, $0.host) } ?? true
        default: return true
        }
    }
}

extension GuardScope {
    /// Whether keys of this scope are among those of this type and host; nil: any. A key that was never probed has no
    /// type yet and may be of any.
    fileprivate func isPart(of keyType: String?, _ host: String?) -> Bool {
        let isOfType = keyType == nil || self.keyType.isEmpty || keyType == self.keyType
        return isOfType && (host == nil || host == self.host)
    }
}
