internal import Database
internal import Foundation
internal import KeyVigil
internal import Mail

/// Composes one mail for each operator about all conditions that a run has to tell.
struct OperatorNotifier: Sendable {
    let outbox: Outbox
    let catalogue: Catalogue
    let now: Date

    /// The operators' addresses.
    var addresses: [MailAddress] { outbox.settings.operators }

    /// The mail for each operator; nil where the templates cannot render it.
    func mails(of news: [ConditionNews]) -> [(address: MailAddress, mail: RenderedMail)]? {
        try? addresses.map { address in
            let mail = OperatorsMail(news, recipient: address.text) { catalogue[$0]?.name ?? $0 }
            return (address, try outbox.templates.render(mail))
        }
    }

    /// Stores the mails in the outbox, each with an audit row.
    func post(
        _ mails: [(address: MailAddress, mail: RenderedMail)], of news: [ConditionNews],
        in transaction: AuditedTransaction
    ) throws {
        let told = news.map { MailComposed.Told(kind: $0.condition.kind, stage: $0.stage) }
        for (address, mail) in mails {
            let id = try outbox.post(mail, to: address, tenantID: "", now: now, in: transaction)
            try transaction.append(AuditEntry(MailComposed(mail: id, conditions: told), at: now))
        }
    }
}
