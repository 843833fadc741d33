internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Mail

/// Composes mails from waiting notices: one for each recipient of a tenant, about all its keys. A notice that no
/// longer holds when its mail is composed is dropped.
struct MailComposer: Sendable {
    let outbox: Outbox
    let catalogue: Catalogue
    let now: Date

    /// A waiting notice with the present state of its key; nil where the key was deleted.
    struct WaitingNotice {
        let id: String
        let kind: NoticeKind
        let facts: OwedNotice.Details
        let key: StoredKey?
    }

    /// A range of a tenant's keys whose notices go into one mail, at most ``mostKeys``.
    struct Part: Sendable {
        static let mostKeys = 500
        /// The id of the last key before the part.
        var after = ""
        var isLast = false
    }

    /// Composes the mails about one part of a tenant's keys and advances `part`. Returns false where neither the
    /// tenant's owners nor the operators have an address.
    func compose(for tenantID: String, _ part: inout Part, in transaction: AuditedTransaction) throws -> Bool {
        guard let tenant = try TenantTable.tenant(tenantID, in: transaction.connection) else {
            part.isLast = true
            return true
        }
        let since = part.after.isEmpty ? try withdrawUnsent(of: tenantID, in: transaction) : nil
        let waiting = try NoticeTable.waiting(of: tenantID, &part, in: transaction.connection)
        let notices = split(waiting)
        for notice in notices.untrue { try drop(notice, of: tenantID, in: transaction) }
        let told = try notices.told.filter { try !isHeldBack($0, in: transaction.connection) }
        guard !told.isEmpty else { return true }
        let addresses = try RecipientTable.deliverableAddresses(of: tenantID, in: transaction.connection)
        let recipients = addresses.isEmpty ? outbox.settings.operators : addresses
        guard !recipients.isEmpty else { return false }
        let working = try working(beside: told, of: tenant, in: transaction.connection)
        for address in recipients {
            var content = content(of: told, for: tenant, to: address)
            content.alternatives = working.alternatives
            content.unaffected = working.unaffected
            try compose(content, telling: told, to: address, of: tenantID, since: since ?? now, in: transaction)
        }
        for notice in told { try NoticeTable.setState(.mailed, ofNotice: notice.id, in: transaction) }
        return true
    }

    /// Drops a notice that no longer holds, with an audit row.
    private func drop(_ notice: WaitingNotice, of tenantID: String, in transaction: AuditedTransaction) throws {
        try NoticeTable.setState(.dropped, ofNotice: notice.id, in: transaction)
        try transaction.append(
            AuditEntry(
                NoticeDropped(kind: notice.kind), at: now, keyID: notice.key?.id, tenantID: tenantID,
                provider: notice.key?.provider,
                keyPrefix: notice.key?.prefix))
    }

    private func compose(
        _ content: MailContent, telling told: [WaitingNotice], to address: MailAddress, of tenantID: String,
        since: Date,
        in transaction: AuditedTransaction
    ) throws {
        let rendered = try outbox.templates.render(content)
        let mailID = try outbox.post(
            rendered, to: address, tenantID: tenantID, since: since, now: now, in: transaction)
        for notice in told { try MailTable.link(mailID: mailID, noticeID: notice.id, in: transaction) }
        let kinds = told.map(\.kind).sorted { $0.rawValue < $1.rawValue }
        try transaction.append(
            AuditEntry(MailComposed(mail: mailID, notices: kinds), at: now, tenantID: tenantID))
    }

    /// Splits notices into those that still hold and those that do not.
    func split(_ waiting: [WaitingNotice]) -> (told: [WaitingNotice], untrue: [WaitingNotice]) {
        let back = Set(waiting.filter { $0.kind == .keyWorksAgain }.compactMap { $0.key?.id })
        let told = waiting.filter { stillHolds($0, cameBack: back.contains($0.key?.id ?? "")) }
        let ids = Set(told.map(\.id))
        return (told, waiting.filter { !ids.contains($0.id) })
    }

    private func stillHolds(_ notice: WaitingNotice, cameBack: Bool) -> Bool {
        guard let key = notice.key else { return false }
        let isOffByJob = key.health.disabling?.by == .job
        let isActive = key.health.status == .active
        switch notice.kind {
        case .keyDisabled: return isOffByJob || (cameBack && isActive)
        case .keyWorksAgain: return isActive
        case .outOfCredit: return isActive && key.health.exhaustedSince != nil
        case .keyExpiring: return isActive && isStillExpiring(key, as: notice)
        case .keyRefused: return isActive && notice.facts.isSince(key.health.suspicion?.since)
        case .keyTypeRetired: return isActive && key.health.lastConclusiveAt ?? .distantPast < notice.facts.since
        case .keyUncheckable: return isActive && notice.facts.isSince(key.health.uncheckableSince)
        case .keyGivenUp: return isOffByJob && notice.facts.isSince(key.health.disabling?.at)
        }
    }

    private func isStillExpiring(_ key: StoredKey, as notice: WaitingNotice) -> Bool {
        guard let expiry = key.expiresAt else { return false }
        return expiry == notice.facts.expiresAt && expiry > now
    }

    /// Whether a notice that a key was disabled or works again must wait. A tenant gets at most one pair of such
    /// mails a day and key (ruling 34), and none while the key is suspected again. The notice may no longer hold when
    /// the wait is over.
    func isHeldBack(_ notice: WaitingNotice, in connection: Connection) throws -> Bool {
        let pair: Set<NoticeKind> = [.keyDisabled, .keyWorksAgain]
        guard pair.contains(notice.kind), let key = notice.key else { return false }
        if key.health.status == .active, key.health.suspicion != nil { return true }
        return try NoticeTable.kindsMailed(about: key.id, since: now - Timing.day, in: connection).isSuperset(of: pair)
    }

    private func content(of told: [WaitingNotice], for tenant: Tenant, to address: MailAddress) -> MailContent {
        MailContent(
            tenantName: tenant.name, recipient: address.text, locale: tenant.locale,
            timeZone: TimeZone(identifier: tenant.timeZone) ?? .gmt,
            platformContact: outbox.settings.operators.first?.text, manageURL: outbox.settings.manageURL,
            onDisabled: tenant.onDisabled == .fallback ? .fallback : .fail,
            passesOverExhausted: outbox.settings.passesOverExhausted, items: told.compactMap(item))
    }

    private func item(_ notice: WaitingNotice) -> MailContent.Item? {
        notice.key.map { key in
            let days = notice.facts.expiresAt.map { Int(($0.timeIntervalSince(now) / Timing.day).rounded(.down)) }
            return MailContent.Item(
                kind: notice.kind, keyID: key.id, key: line(key), finding: notice.facts.finding,
                providerCode: notice.facts.code, consoleURL: catalogue[key.provider]?.consoleURL,
                since: notice.facts.since, downSince: notice.facts.downSince, expiresAt: notice.facts.expiresAt,
                daysLeft: days, notBefore: notice.facts.notBefore.flatMap { $0 > now ? $0 : nil },
                remediationSteps: remediationSteps(for: notice, of: key))
        }
    }

    /// The catalogue's steps for a provider, which help with a refused key; none for a suspended account, which they
    /// do not help.
    private func remediationSteps(for notice: WaitingNotice, of key: StoredKey) -> [String] {
        guard notice.kind == .keyDisabled || notice.kind == .keyTypeRetired, notice.facts.finding != .suspended
        else { return [] }
        return catalogue[key.provider]?.remediationSteps ?? []
    }

    func line(_ key: StoredKey) -> MailContent.KeyLine {
        MailContent.KeyLine(
            providerName: catalogue[key.provider]?.name ?? key.provider, label: key.label,
            hint: key.hint.isEmpty ? nil : key.hint)
    }
}

extension OwedNotice.Details {
    /// Whether the notice is about what began at `date`. Times within 10 ms are equal, because the store keeps
    /// milliseconds.
    fileprivate func isSince(_ date: Date?) -> Bool {
        date.map { abs($0.timeIntervalSince(since)) < 0.01 } ?? false
    }
}
