internal import Curl
internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
package import Mail

/// Step 6 of a run: composes one mail from the waiting notices for each recipient of a tenant, sends each mail once
/// and stores the server's answer.
///
/// A mail is delivered at least once, or it fails and operators see it (promise 8). A mail whose final answer was
/// lost, or whose sender stopped in the middle, is repeated once with the same Message-ID.
package struct Outbox: Sendable {
    /// The sender of all mails, and what mails say about the platform.
    package struct Settings: Sendable {
        /// The sender (`mail.from`).
        package var from: Mailbox
        /// The operators' addresses. They also get the notices of tenants without an address; mails to tenants name
        /// the first one for questions.
        package var operators: [MailAddress]
        /// The platform's page for managing keys (`notices.console_url`).
        package var manageURL: String?
        /// Whether `resolve` skips keys without credit (`policy.exhausted: skip`).
        package var passesOverExhausted: Bool

        /// The properties say what each value is for.
        package init(
            from: Mailbox, operators: [MailAddress] = [], manageURL: String? = nil, passesOverExhausted: Bool = false
        ) {
            self.from = from
            self.operators = operators
            self.manageURL = manageURL
            self.passesOverExhausted = passesOverExhausted
        }
    }

    /// How many mails of a run were sent, deferred and failed.
    struct Delivered: Sendable {
        var sent = 0
        var deferred = 0
        var failed = 0
        /// What needs the operators' attention.
        var attention: [Attention] = []
        /// Whether the run's time ended before all due mails were sent.
        var isCutShort = false
    }

    let settings: Settings
    let templates: TemplateSet
    let transport: any MailTransport

    /// - Parameter templates: already checked; the mails are rendered from them.
    package init(settings: Settings, templates: TemplateSet, transport: any MailTransport) {
        self.settings = settings
        self.templates = templates
        self.transport = transport
    }

    /// Composes mails from waiting notices and makes one attempt to send each mail that is due.
    ///
    /// - Parameters:
    ///   - run: the run to whose audit log the rows about mails are added.
    ///   - end: no delivery begins after it; the next run sends the rest.
    func deliverAll(
        from vault: KeyVault, of run: AuditedRun, until end: Date, stop: StopSignal
    ) async throws -> Delivered {
        var pass = OutboxPass(
            outbox: self, catalogue: vault.catalogue, store: vault.store, run: run, end: end, stop: stop)
        try await pass.deliverAll()
        return pass.delivered
    }

    /// Stores a mail to be sent and returns its id. Its text and Message-ID do not change any more.
    ///
    /// - Parameters:
    ///   - tenantID: empty for a mail to operators.
    ///   - date: the time since which its recipient waits for it, where that is earlier than `now`.
    func post(
        _ mail: RenderedMail, to address: MailAddress, tenantID: String, since date: Date? = nil, now: Date,
        in transaction: StoreTransaction
    ) throws -> String {
        let id = UUID()
        let message = MailMessage(
            from: settings.from, to: Mailbox(address), subject: try HeaderText(mail.subject), date: now,
            messageID: try MessageID(mail: id, domain: settings.from.address.domain), text: mail.text, html: mail.html)
        let mailID = id.uuidString.lowercased()
        try MailTable.insert(message, id: mailID, tenantID: tenantID, since: date ?? now, now: now, in: transaction)
        return mailID
    }
}
