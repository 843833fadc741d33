internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// Makes mails of waiting notices: one for each recipient of a tenant, with all its keys, asking once more whether what
/// they tell is still so.
struct Composing: Sendable {
    let outbox: Outbox
    let catalogue: Catalogue
    let now: Date

    /// A waiting notice with its key as it stands now.
    struct Waiting {
        let id: String
        let kind: NoticeKind
        let facts: OwedNotice.Facts
        let key: StoredKey?
    }

    /// Notices of so many keys of a tenant: those of a mail.
    struct Part: Sendable {
        static let mostKeys = 500
        /// The key after which it begins.
        var after = ""
        var isLast = false
    }

    /// Composes a mail for one tenant and moves on to the next part; false where it could not be told because nobody has
    /// an address.
    func compose(
        for tenantID: String, _ part: inout Part, in connection: Connection, _ chain: inout AuditChain
    ) throws -> Bool {
        guard let tenant = try connection.tenant(tenantID) else {
            part.isLast = true
            return true
        }
        let since = part.after.isEmpty ? try withdrawUntold(of: tenantID, in: connection, &chain) : nil
        let waiting = try connection.waitingNotices(of: tenantID, &part)
        let (stillSo, untrue) = split(waiting)
        for notice in untrue {
            try connection.setState("dropped", ofNotice: notice.id)
            let entry = AuditEntry(
                .noticeDropped, at: now, keyID: notice.key?.id, tenantID: tenantID, provider: notice.key?.provider,
                keyPrefix: notice.key?.prefix, details: "\(notice.kind.rawValue) is no longer so")
            try chain.append(entry, to: connection)
        }
        let told = try stillSo.filter { try !isHeldBack($0, connection) }
        guard !told.isEmpty else { return true }
        let addresses = try connection.deliverableAddresses(of: tenantID).filter { (try? Mailbox(address: $0)) != nil }
        let recipients = addresses.isEmpty ? outbox.settings.operators : addresses
        guard !recipients.isEmpty else { return false }
        let working = try working(beside: told, of: tenant, connection)
        for address in recipients {
            var digest = digest(of: told, tenant, address)
            (digest.alternatives, digest.unaffected) = working
            try compose(digest, told, tenantID, address, since: since ?? now, in: connection, &chain)
        }
        for notice in told { try connection.setState("mailed", ofNotice: notice.id) }
        return true
    }

    private func compose(
        _ digest: Digest, _ told: [Waiting], _ tenantID: String, _ address: String, since: Date,
        in connection: Connection, _ chain: inout AuditChain
    ) throws {
        let rendered = try outbox.templates.render(digest)
        let mailID = try outbox.post(rendered, to: address, tenantID: tenantID, in: connection, since: since, now: now)
        for notice in told { try connection.link(mailID: mailID, noticeID: notice.id) }
        let kinds = told.map(\.kind.rawValue).sorted().joined(separator: ", ")
        let entry = AuditEntry(.mailComposed, at: now, tenantID: tenantID, details: "mail \(mailID): \(kinds)")
        try chain.append(entry, to: connection)
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
        case .keyExpiring: return isActive && isStillExpiring(key, notice)
        case .keyRefused: return isActive && notice.facts.isSince(key.health.suspicion?.since)
        case .keyTypeRetired: return isActive && key.health.lastConclusiveAt ?? .distantPast < notice.facts.since
        case .keyUncheckable: return isActive && notice.facts.isSince(key.health.uncheckableSince)
        case .keyGivenUp: return isOffByJob && notice.facts.isSince(key.health.disabling?.at)
        }
    }

    private func isStillExpiring(_ key: StoredKey, _ notice: Waiting) -> Bool {
        guard let expiry = key.expiresAt else { return false }
        return expiry == notice.facts.expiresAt && expiry > now
    }

    /// At most one pair of mails a day says that a key went and came back (ruling 34), and none says so of a key that is
    /// suspected anew: such a notice waits until the day or the suspicion is over, and may be untrue by then.
    func isHeldBack(_ notice: Waiting, _ connection: Connection) throws -> Bool {
        let pair: Set<NoticeKind> = [.keyDisabled, .keyWorksAgain]
        guard pair.contains(notice.kind), let key = notice.key else { return false }
        if key.health.status == .active, key.health.suspicion != nil { return true }
        return try connection.kindsMailed(about: key.id, since: now - Timing.day).isSuperset(of: pair)
    }

    private func digest(of told: [Waiting], _ tenant: Tenant, _ address: String) -> Digest {
        Digest(
            tenantName: tenant.name, recipient: address, locale: tenant.locale,
            timeZone: TimeZone(identifier: tenant.timeZone) ?? .gmt,
            platformContact: outbox.settings.operators.first, manageURL: outbox.settings.manageURL,
            onDisabled: tenant.onDisabled == .fallback ? .fallback : .fail,
            passesOverExhausted: outbox.settings.passesOverExhausted, items: told.compactMap(item))
    }

    private func item(_ notice: Waiting) -> Digest.Item? {
        notice.key.map { key in
            let days = notice.facts.expiresAt.map { Int(($0.timeIntervalSince(now) / Timing.day).rounded(.down)) }
            return Digest.Item(
                kind: notice.kind, keyID: key.id, key: line(key), finding: notice.facts.finding,
                providerCode: notice.facts.code, consoleURL: catalogue[key.provider]?.consoleURL,
                since: notice.facts.since, downSince: notice.facts.downSince, expiresAt: notice.facts.expiresAt,
                daysLeft: days, notBefore: notice.facts.notBefore.flatMap { $0 > now ? $0 : nil },
                mendSteps: mendSteps(notice, key))
        }
    }

    /// The catalogue knows what to look at first for a provider; a suspension is mended elsewhere.
    private func mendSteps(_ notice: Waiting, _ key: StoredKey) -> [String] {
        guard notice.kind == .keyDisabled || notice.kind == .keyTypeRetired, notice.facts.finding != .suspended
        else { return [] }
        return catalogue[key.provider]?.stepsToMend ?? []
    }

    func line(_ key: StoredKey) -> Digest.KeyLine {
        Digest.KeyLine(
            providerName: catalogue[key.provider]?.name ?? key.provider, label: key.label,
            hint: key.hint.isEmpty ? nil : key.hint)
    }
}

extension OwedNotice.Facts {
    /// Whether it tells of what began at this time; the store keeps times to the millisecond.
    fileprivate func isSince(_ date: Date?) -> Bool {
        date.map { abs($0.timeIntervalSince(since)) < 0.01 } ?? false
    }
}
