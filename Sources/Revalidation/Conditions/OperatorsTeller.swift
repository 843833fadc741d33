internal import Database
internal import Foundation
internal import KeyVigil

/// Makes one mail for each operator of all that a run has to tell them.
struct OperatorsTeller: Sendable {
    let outbox: Outbox
    let catalogue: Catalogue
    let now: Date

    /// The operators' addresses that a mail can have.
    var addresses: [String] { outbox.settings.operators.filter { (try? Mailbox(address: $0)) != nil } }

    /// The mails, or nil where the templates make none of it.
    func mails(of news: [ConditionNews]) -> [(address: String, mail: RenderedMail)]? {
        try? addresses.map { address in
            let mail = OperatorsMail(news, recipient: address) { catalogue[$0]?.name ?? $0 }
            return (address, try outbox.templates.render(mail))
        }
    }

    func post(
        _ mails: [(address: String, mail: RenderedMail)], of news: [ConditionNews], in connection: Connection,
        _ chain: inout AuditChain
    ) throws {
        let told = news.map { "\($0.condition.kind.rawValue) \($0.stage)" }.joined(separator: ", ")
        for (address, mail) in mails {
            let id = try outbox.post(mail, to: address, tenantID: "", in: connection, now: now)
            let entry = AuditEntry(.mailComposed, at: now, details: "mail \(id): to operators, \(told)")
            try chain.append(entry, to: connection)
        }
    }
}
