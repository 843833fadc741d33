internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Mail

/// Makes mails of waiting notices: one for each recipient of a tenant, with all its keys, asking once more whether what
/// they tell is still so.
struct MailComposer: Sendable {
    let outbox: Outbox
    let catalogue: Catalogue
    let now: Date

    /// A waiting notice with its key as it stands now.
    struct Waiting {
        let id: String
        let kind: NoticeKind
        let facts: OwedNotice.Details
        let key: StoredKey?
    }

    /// Notices of so many keys of a tenant: those of a mail.
    struct Part: Sendable {
        static let mostKeys = 500
        /// The key after which it begins.
        var after = ""
        var isLast = false
    }

    /// Composes a mail for one tenant and moves on to the next part; false where no owner and no operator has an address.
    func compose(for tenantID: String, _ part: inout Part, in transaction: AuditedTransaction) throws -> Bool {
        guard let tenant = try TenantTable.tenant(tenantID, in: transaction.connection) else {
            part.isLast = true
            return true
        }
        let since = part.after.isEmpty ? try withdrawUntold(of: tenantID, in: transaction) : nil
        let waiting = try NoticeTable.waiting(of: tenantID, &part, in: transaction.connection)
        let (stillSo, untrue) = split(waiting)
        for notice in untrue { try drop(notice, of: tenantID, in: transaction) }
        let told = try stillSo.filter { try !isHeldBack($0, in: transaction.connection) }
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
        for notice in told { try NoticeTable.setState("mailed", ofNotice: notice.id, in: transaction) }
        return true
    }

    /// Drops a notice that is no longer so.
    private func drop(_ notice: Waiting, of tenantID: String, in transaction: AuditedTransaction) throws {
        try NoticeTable.setState("dropped", ofNotice: notice.id, in: transaction)
        try transaction.append(
            AuditEntry(
                .noticeDropped, at: now, keyID: notice.key?.id, tenantID: tenantID, provider: notice.key?.provider,
                keyPrefix: notice.key?.prefix, details: "\(notice.kind.rawValue) is no longer so"))
    }

    private func compose(
        _ content: MailContent, telling told: [Waiting], to address: MailAddress, of tenantID: String, since: Date,
        in transaction: AuditedTransaction
    ) throws {
        let rendered = try outbox.templates.render(content)
        let mailID = try outbox.post(
            rendered, to: address, tenantID: tenantID, since: since, now: now, in: transaction)
        for notice in told { try MailTable.link(mailID: mailID, noticeID: notice.id, in: transaction) }
        let kinds = told.map(\.kind.rawValue).sorted().joined(separator: ", ")
        try transaction.append(
            AuditEntry(.mailComposed, at: now, tenantID: tenantID, details: "mail \(mailID): \(kinds)"))
    }

    /// What is still so, and what is not.
    func split(_ waiting: [Waiting]) -> (told: [Waiting], untrue: [Waiting]) {
        let back = Set(waiting.filter { $0.kind == .keyWorksAgain }.compactMap { $0.key?.id })
        let told = waiting.filter { isStillSo($0, cameBack: back.contains($0.key?.id ?? "")) }
        let ids = Set(told.map(\.id))
        return (told, waiting.filter { !ids.contains($0.id) })
    }

    private func isStillSo(_ notice: Waiting, cameBack: Bool) -> Bool {
        guard let key = notice.key else { return false }
        let isOffByJob = key.health.status == .disabled && key.health.disabling?.by == .job
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

    private func isStillExpiring(_ key: StoredKey, as notice: Waiting) -> Bool {
        guard let expiry = key.expiresAt else { return false }
        return expiry == notice.facts.expiresAt && expiry > now
    }

    /// At most one pair of mails a day says that a key went and came back (ruling 34), and none says so of a key that is
    /// suspected anew: such a notice waits until the day or the suspicion is over, and may be untrue by then.
    func isHeldBack(_ notice: Waiting, in connection: Connection) throws -> Bool {
        let pair: Set<NoticeKind> = [.keyDisabled, .keyWorksAgain]
        guard pair.contains(notice.kind), let key = notice.key else { return false }
        if key.health.status == .active, key.health.suspicion != nil { return true }
        return try NoticeTable.kindsMailed(about: key.id, since: now - Timing.day, in: connection).isSuperset(of: pair)
    }

    private func content(of told: [Waiting], for tenant: Tenant, to address: MailAddress) -> MailContent {
        MailContent(
            tenantName: tenant.name, recipient: address.text, locale: tenant.locale,
            timeZone: TimeZone(identifier: tenant.timeZone) ?? .gmt,
            platformContact: outbox.settings.operators.first?.text, manageURL: outbox.settings.manageURL,
            onDisabled: tenant.onDisabled == .fallback ? .fallback : .fail,
            passesOverExhausted: outbox.settings.passesOverExhausted, items: told.compactMap(item))
    }

    private func item(_ notice: Waiting) -> MailContent.Item? {
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

    /// The catalogue knows what to look at first for a provider; a suspension is mended elsewhere.
    private func remediationSteps(for notice: Waiting, of key: StoredKey) -> [String] {
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
    /// Whether it tells of what began at this time; the store keeps times to the millisecond.
    fileprivate func isSince(_ date: Date?) -> Bool {
        date.map { abs($0.timeIntervalSince(since)) < 0.01 } ?? false
    }
}
