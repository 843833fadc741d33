internal import Database
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

/// An explanation for people, in lines of ``WrappedText``.
struct ExplanationText {
    private let explanation: Explanation

    init(_ explanation: Explanation) { self.explanation = explanation }

    func print() {
        Terminal.say(Terminal.styled(title, as: .bold))
        say(explanation.summary.text)
        Terminal.say()
        let rows = explanation.timeline.map { (at: Self.time($0), what: $0.what.text, because: $0.because.text) }
        let timeWidth = rows.map(\.at.count).max() ?? 0
        let whatWidth = rows.map(\.what.count).max() ?? 0
        for row in rows {
            let start = Self.padded(row.at, to: timeWidth) + "  " + Self.padded(row.what, to: whatWidth) + "  "
            say(row.because, start: start)
        }
        if !explanation.next.isEmpty { Terminal.say() }
        for line in explanation.next { say(line.text) }
    }

    private var title: String {
        guard let key = explanation.key else { return "Key \(explanation.keyID)" }
        let label = Printable(key.label, limit: 40)
        let tenant = Printable(key.tenantID, limit: 30)
        return "Key \(key.id)\n\(key.provider) \(key.prefix)… “\(label)” of tenant \(tenant)"
    }

    private func say(_ text: String, start: String = "") {
        let text = Printable(text, limit: 2000).description
        WrappedText(text, start: start).lines.forEach { Terminal.say($0) }
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// A minute, or two days where the entry stands for several events of different days. UTC.
    private static func time(_ entry: Explanation.Entry) -> String {
        let first = UTCText.string(entry.at)
        let last = UTCText.string(entry.until)
        let minute = "\(first.prefix(10)) \(first.dropFirst(11).prefix(5))"
        return first.prefix(10) == last.prefix(10) ? minute : "\(first.prefix(10)) to \(last.prefix(10))"
    }
}

extension Explanation {
    func printJSON() {
        JSONLine.print([
            "key": key.map { .object($0.jsonFields) } ?? .text(nil), "summary": .text(summary.text),
            "timeline": .array(timeline.map { .object($0.jsonFields) }), "next": .list(next.map(\.text)),
        ])
    }
}

extension Explanation.Entry {
    fileprivate var jsonFields: KeyValuePairs<String, JSONLine.Value> {
        switch content {
        case .audit(let line):
            [
                "at": .time(at), "until": .time(until), "count": .number(count), "event": .text(line.event),
                "actor": .text(line.actor), "run": .text(line.runID), "finding": .text(line.finding),
                "http_status": .number(line.httpStatus), "provider_code": .text(line.providerCode),
                "request_id": .text(line.requestID), "details": .text(line.details),
            ]
        case .mail(let mail):
            [
                "at": .time(at), "until": .time(until), "count": .number(count), "event": .text("mail"),
                "address": .text(mail.address), "notices": .text(mail.kinds), "state": .text(mail.state?.rawValue),
                "attempts": .number(mail.attempts), "composed_at": .time(mail.createdAt), "sent_at": .time(mail.sentAt),
                "next_attempt_at": .time(mail.nextAttemptAt), "reply": .text(mail.reply),
                "message_id": .text(mail.messageID),
            ]
        }
    }
}
