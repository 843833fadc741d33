internal import Curl
internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil

/// Step 6 of a run, notify: waiting notices become one mail for each recipient of a tenant; each mail is sent once and
/// its server's answer is stored.
///
/// At least once or visibly failed: a mail whose answer was lost, or whose sender was stopped in the middle, is repeated
/// once with the same Message-ID.
package struct Outbox: Sendable {
    /// Who sends and what the mails say of the platform.
    package struct Settings: Sendable {
        /// The sender, as `mail.from` gives it.
        package var from: Mailbox
        /// Where notices go whose tenant has no address; the first is named as whom to ask.
        package var operators: [String]
        /// The platform's own page for keys.
        package var manageURL: String?
        /// Whether `resolve` passes over keys without credit.
        package var passesOverExhausted: Bool

        /// Settings.
        package init(
            from: Mailbox, operators: [String] = [], manageURL: String? = nil, passesOverExhausted: Bool = false
        ) {
            self.from = from
            self.operators = operators
            self.manageURL = manageURL
            self.passesOverExhausted = passesOverExhausted
        }
    }

    /// What became of a run's mails.
    struct Delivered: Sendable {
        var sent = 0
        var deferred = 0
        var failed = 0
        var attention: [String] = []
        /// Time was over before all was sent.
        var isCutShort = false
    }

    let settings: Settings
    let templates: TemplateSet
    let transport: any MailTransport

    /// An outbox; the templates are already checked.
    package init(settings: Settings, templates: TemplateSet, transport: any MailTransport) {
        self.settings = settings
        self.templates = templates
        self.transport = transport
    }

    /// Composes what waits and sends what is due, one attempt a mail.
    ///
    /// - Parameter end: no mail is begun after it; the next run sends the rest.
    func deliverAll(
        from vault: KeyVault, until end: Date, stop: StopSignal, chain: inout AuditChain
    ) async throws -> Delivered {
        var delivered = Delivered()
        guard try await hasWork(vault.store) else {
            try await countFailed(vault.store, &delivered)
            return delivered
        }
        try await recoverStopped(vault.store, &chain)
        try await compose(vault, stop, &chain, &delivered)
        Failpoint.mailComposed.hit()
        let watch = Task { [transport] in
            while !stop.isRaised, (try? await Task.sleep(for: .milliseconds(100))) != nil {}
            if stop.isRaised { transport.stop() }
        }
        defer { watch.cancel() }
        try await sendDue(vault.store, until: end, stop, &chain, &delivered)
        try await countFailed(vault.store, &delivered)
        return delivered
    }

    /// Mostly there is none, and then nobody else need be kept waiting to find that out.
    private func hasWork(_ store: KeyStore) async throws -> Bool {
        let now = store.now()
        return try await store.database.read { try $0.hasMailWork(now: now) }
    }

    /// A mail that a stopped sender left in the middle is in doubt, never pending (ruling 16).
    private func recoverStopped(_ store: KeyStore, _ chain: inout AuditChain) async throws {
        let (before, now, isIdempotent) = (chain, store.now(), transport.isIdempotent)
        chain = try await store.database.transaction { connection in
            var chain = before
            for mail in try connection.stoppedMails(now: now) {
                let doubt = mail.settlement(of: .inDoubt(reason: "the sender was stopped"), now: now)
                let settlement = isIdempotent ? .again : doubt
                guard try connection.settle(mail, settlement, now: now) else { continue }
                try chain.append(mail.audit(settlement.event, at: now, details: settlement.details), to: connection)
            }
            return chain
        }
    }

    private func compose(
        _ vault: KeyVault, _ stop: StopSignal, _ chain: inout AuditChain, _ delivered: inout Delivered
    ) async throws {
        let composing = Composing(outbox: self, catalogue: vault.catalogue, now: vault.store.now())
        var (unaddressed, uncomposed) = (0, 0)
        for tenantID in try await vault.store.database.read({ try $0.tenantsWithNotices() }) where !stop.isRaised {
            do {
                if try await !compose(for: tenantID, composing, vault.store, stop, &chain) { unaddressed += 1 }
            } catch let error as DatabaseError {
                throw error
            } catch {
                uncomposed += 1
            }
        }
        if unaddressed > 0 { delivered.attention.append("\(unaddressed) tenants with notices have no mail address") }
        if uncomposed > 0 { delivered.attention.append("mail for \(uncomposed) tenants could not be composed") }
    }

    /// A transaction of its own for each tenant: one that cannot be told holds up no other. And one for each mail of a
    /// tenant with very many: no mail is too large for a server, and nobody waits long for the store.
    private func compose(
        for tenantID: String, _ composing: Composing, _ store: KeyStore, _ stop: StopSignal, _ chain: inout AuditChain
    ) async throws -> Bool {
        var part: Composing.Part? = Composing.Part()
        while let now = part, !stop.isRaised {
            let before = chain
            let (after, next, isTold) = try await store.database.transaction { connection in
                var (chain, next) = (before, now)
                let isTold = try composing.compose(for: tenantID, &next, in: connection, &chain)
                return (chain, next.isLast ? nil : next, isTold)
            }
            (chain, part) = (after, next)
            guard isTold else { return false }
        }
        return true
    }

    /// Puts a mail into the outbox, its text and Message-ID fixed from now on, and returns its id.
    ///
    /// - Parameter date: since when somebody waits for it, where that is not now.
    func post(
        _ mail: RenderedMail, to address: String, tenantID: String, in connection: Connection, since date: Date? = nil,
        now: Date
    ) throws -> String {
        let id = UUID()
        let domain = settings.from.address.split(separator: "@").last.map(String.init) ?? "localhost"
        let message = MailMessage(
            from: settings.from, to: try Mailbox(address: address), subject: try HeaderText(mail.subject), date: now,
            messageID: try MessageID(mail: id, domain: domain), text: mail.text, html: mail.html)
        let mailID = id.uuidString.lowercased()
        try connection.insert(message, id: mailID, tenantID: tenantID, since: date ?? now, now: now)
        return mailID
    }

    private func dueMails(_ store: KeyStore) async throws -> [OutgoingMail] {
        let now = store.now()
        return try await store.database.read { try $0.dueMails(now: now) }
    }

    /// Twice away in a row, and the other mails may as well wait; once may be the fault of one mail.
    private func sendDue(
        _ store: KeyStore, until end: Date, _ stop: StopSignal, _ chain: inout AuditChain,
        _ delivered: inout Delivered
    ) async throws {
        var failures = 0
        for mail in try await dueMails(store) where !stop.isRaised && failures < 2 {
            guard store.now() < end else {
                delivered.isCutShort = true
                break
            }
            guard let delivery = try await send(mail, store, &chain, &delivered) else { continue }
            if case .relayUnavailable(let reason) = delivery {
                if failures == 0 { delivered.attention.append("mail relay unavailable: \(reason)") }
                failures += 1
            } else {
                failures = 0
            }
        }
    }

    /// Claims, sends and records one mail; nil where another sender has it.
    private func send(
        _ mail: OutgoingMail, _ store: KeyStore, _ chain: inout AuditChain, _ delivered: inout Delivered
    ) async throws -> Delivery? {
        let (runner, claimedAt) = (store.runner.description, store.now())
        let deadline = ContinuousClock.now + OutgoingMail.longestBeforeMessage
        let claimed = try await store.database.transaction { connection in
            try connection.claim(mail, sender: runner, now: claimedAt)
        }
        guard let (mail, message) = claimed else { return nil }
        Failpoint.mailClaimed.hit()
        let delivery = await transport.deliver(
            message, mailID: mail.id, from: try MailAddress(settings.from.address),
            to: try MailAddress(mail.address), startingBefore: deadline)
        Failpoint.mailDelivered.hit()
        try await record(delivery, mail, store, &chain, &delivered)
        Failpoint.mailRecorded.hit()
        return delivery
    }

    private func record(
        _ delivery: Delivery, _ mail: OutgoingMail, _ store: KeyStore, _ chain: inout AuditChain,
        _ delivered: inout Delivered
    ) async throws {
        let (before, now) = (chain, store.now())
        let settlement = mail.settlement(of: delivery, now: now)
        chain = try await store.database.transaction { connection in
            var chain = before
            guard try connection.settle(mail, settlement, now: now) else { return chain }
            try chain.append(mail.audit(settlement.event, at: now, details: settlement.details), to: connection)
            return chain
        }
        switch settlement {
        case .sent: delivered.sent += 1
        case .failed: delivered.failed += 1
        case .again, .deferred, .inDoubt: delivered.deferred += 1
        }
    }

    private func countFailed(_ store: KeyStore, _ delivered: inout Delivered) async throws {
        let since = store.now().addingTimeInterval(-Timing.day)
        let failed = try await store.database.read { try $0.failedMails(since: since) }
        if failed > 0 { delivered.attention.append("\(failed) mails of the last 24 hours failed") }
    }
}
