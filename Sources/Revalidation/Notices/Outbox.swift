internal import Curl
internal import Database
internal import Foundation
internal import KeyVigil

/// Step 6 of a run, notify: waiting notices become one mail for each recipient of a tenant; each mail is sent once and
/// its server's answer is stored.
///
/// At least once or visibly failed: a mail whose answer was lost, or whose sender was stopped in the middle, is repeated
/// once with the same Message-ID.
public struct Outbox: Sendable {
    /// Who sends and what the mails say of the platform.
    public struct Settings: Sendable {
        /// The sender, as `mail.from` gives it.
        public var from: Mailbox
        /// Where notices go whose tenant has no address; the first is named as whom to ask.
        public var operators: [String]
        /// The platform's own page for keys.
        public var manageURL: String?
        /// Whether `resolve` passes over keys without credit.
        public var passesOverExhausted: Bool

        /// Settings.
        public init(
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
    }

    let settings: Settings
    let templates: TemplateSet
    let transport: any MailTransport

    /// An outbox; the templates are already checked.
    public init(settings: Settings, templates: TemplateSet, transport: any MailTransport) {
        self.settings = settings
        self.templates = templates
        self.transport = transport
    }

    /// Composes what waits and sends what is due, one attempt a mail.
    func deliverAll(from vault: KeyVault, stop: StopSignal, chain: inout AuditChain) async throws -> Delivered {
        var delivered = Delivered()
        try await recoverStopped(vault.store, &chain)
        try await compose(vault, &chain, &delivered)
        Failpoint.mailComposed.hit()
        for mail in try await dueMails(vault.store) {
            guard !stop.isRaised, try await send(mail, vault.store, &chain, &delivered) else { break }
        }
        try await countFailed(vault.store, &delivered)
        return delivered
    }

    /// A mail that a stopped sender left in the middle is in doubt, never pending (ruling 16).
    private func recoverStopped(_ store: KeyStore, _ chain: inout AuditChain) async throws {
        let (before, now, again) = (chain, store.now(), transport.isIdempotent)
        chain = try await store.database.transaction { connection in
            var chain = before
            for mail in try connection.stoppedMails(now: now) {
                try connection.settle(mail, again ? .again : .inDoubt(reason: "the sender was stopped"), now: now)
                try chain.append(mail.audit(.mailInDoubt, at: now, details: "the sender was stopped"), to: connection)
            }
            return chain
        }
    }

    private func compose(_ vault: KeyVault, _ chain: inout AuditChain, _ delivered: inout Delivered) async throws {
        let (before, now) = (chain, vault.store.now())
        let composing = Composing(outbox: self, catalogue: vault.catalogue, now: now)
        let result = try await vault.store.database.transaction { connection in
            var chain = before
            let unaddressed = try composing.composeAll(in: connection, &chain)
            return (chain, unaddressed)
        }
        chain = result.0
        if result.1 > 0 { delivered.attention.append("\(result.1) tenants with notices have no mail address") }
    }

    private func dueMails(_ store: KeyStore) async throws -> [OutgoingMail] {
        let now = store.now()
        return try await store.database.read { try $0.dueMails(now: now) }
    }

    /// Claims, sends and records one mail; false when the relay is away and the others may as well wait.
    private func send(
        _ mail: OutgoingMail, _ store: KeyStore, _ chain: inout AuditChain, _ delivered: inout Delivered
    ) async throws -> Bool {
        let (runner, claimedAt) = (store.runner.description, store.now())
        guard
            let message = try await store.database.transaction({ connection in
                try connection.claim(mail, sender: runner, now: claimedAt)
            })
        else { return true }
        Failpoint.mailClaimed.hit()
        let delivery = await transport.deliver(
            message, mailID: mail.id, from: try MailAddress(settings.from.address), to: try MailAddress(mail.address))
        Failpoint.mailDelivered.hit()
        try await record(delivery, mail, store, &chain, &delivered)
        Failpoint.mailRecorded.hit()
        if case .relayUnavailable(let reason) = delivery {
            delivered.attention.append("mail relay unavailable: \(reason)")
            return false
        }
        return true
    }

    private func record(
        _ delivery: Delivery, _ mail: OutgoingMail, _ store: KeyStore, _ chain: inout AuditChain,
        _ delivered: inout Delivered
    ) async throws {
        let (before, now) = (chain, store.now())
        let settlement = mail.settlement(of: delivery, now: now)
        chain = try await store.database.transaction { connection in
            var chain = before
            try connection.settle(mail, settlement, now: now)
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
        let failed = try await store.database.read { connection in
            try connection.first("SELECT count(*) FROM mail WHERE state = 'failed' AND created_at > $1", [.time(since)])
            {
                $0.integer(0)
            } ?? 0
        }
        if failed > 0 { delivered.attention.append("\(failed) mails of the last 24 hours failed") }
    }
}
