internal import Foundation

extension StoreFacts {
    /// Violations of invariant 5.
    func mailViolations(_ delivered: [Inspection.Delivered]?) -> [Violation] {
        (owedViolations() + (delivered.map(transcriptViolations) ?? [])).map { Violation(.mailedAsOwed, $0) }
    }

    /// Each mailed notice is in one mail to each address, and each mail to a tenant has at least one notice. Suppressed
    /// mails do not count.
    private func owedViolations() -> [String] {
        var found: [String] = []
        let mails = mails.filter { $0.state != "suppressed" }
        let told = mails.flatMap { mail in mail.notices.map { "notice \($0) to \(mail.address)" } }
        found += Dictionary(grouping: told, by: \.self).filter { $0.value.count > 1 }.map {
            "\($0.key) is in two mails"
        }
        let linked = Set(mails.flatMap(\.notices))
        found += notices.filter { $0.isMailed && !linked.contains($0.id) }.map { "notice \($0.id) is in no mail" }
        found += notices.filter { !$0.isMailed && linked.contains($0.id) }.map { "notice \($0.id) waits and is told" }
        for mail in mails {
            if mail.notices.isEmpty, !mail.isToOperators { found.append("mail \(mail.id) tells nothing") }
            let said = saidSent[mail.id] ?? 0
            if said != (mail.state == "sent" ? 1 : 0) {
                found.append("mail \(mail.id) is \(mail.state), said sent \(said) times")
            }
        }
        return found
    }

    private func transcriptViolations(_ delivered: [Inspection.Delivered]) -> [String] {
        let copies = Dictionary(grouping: delivered, by: \.messageID)
        let known = Dictionary(mails.map { ($0.messageID, $0) }) { first, _ in first }
        var found = copies.keys.filter { known[$0] == nil }.map {
            "a mail went out that the store does not know: \($0)"
        }
        for mail in mails {
            let mine = copies[mail.messageID] ?? []
            if mail.state == "sent", mine.isEmpty { found.append("mail \(mail.id) is sent and was not delivered") }
            if mine.count > 1 + mail.doubts { found.append("mail \(mail.id) went out \(mine.count) times") }
            if Set(mine.map(\.content)).count > 1 { found.append("mail \(mail.id) was repeated with another text") }
            if mine.contains(where: { $0.recipients != [mail.address] }) {
                found.append("mail \(mail.id) went to somebody else")
            }
            if !mine.isEmpty, ["pending", "suppressed"].contains(mail.state) {
                found.append("mail \(mail.id) went out and is \(mail.state)")
            }
        }
        return found
    }
}
