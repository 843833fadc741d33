internal import Curl
internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
package import Mail

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
        package var operators: [MailAddress]
        /// The platform's own page for keys.
        package var manageURL: String?
        /// Whether `resolve` passes over keys without credit.
        package var passesOverExhausted: Bool

        /// Settings.
        package init(
            from: Mailbox, operators: [MailAddress] = [], manageURL: String? = nil, passesOverExhausted: Bool = false
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
    /// - Parameters:
    ///   - run: the run whose audit log says what was composed and sent.
    ///   - end: no mail is begun after it; the next run sends the rest.
    func deliverAll(
        from vault: KeyVault, of run: AuditedRun, until end: Date, stop: StopSignal
    ) async throws -> Delivered {
        var pass = OutboxPass(outbox: self, store: vault.store, run: run, end: end, stop: stop)
        try await pass.deliverAll(
            MailComposer(outbox: self, catalogue: vault.catalogue, now: vault.store.now()))
        return pass.delivered
    }

    /// Puts a mail into the outbox, its text and Message-ID fixed from now on, and returns its id.
    ///
    /// - Parameters:
    ///   - tenantID: empty for operators' mail.
    ///   - date: since when the reader waits for it, where that is not `now`.
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
