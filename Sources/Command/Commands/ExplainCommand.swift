internal import ArgumentParser
internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why a key is in its state: every check, control, brake and mail.",
        discussion: "Of a deleted key it tells what the audit log and the mails still know.")
    @OptionGroup var one: OneKey

    func run() async throws {
        let session = try Session(one.common)
        let settings = session.settings
        let catalogue = try session.catalogue()
        let explanation = try await session.openStore().explanation(
            of: one.key, catalogue: catalogue, overrides: settings.overrides, timing: settings.timing,
            brake: settings.brake)
        one.common.json ? explanation.printJSON() : Story(explanation).print()
    }
}

/// An explanation for people, as wide as ``WrappedText``.
struct Story {
    private let explanation: Explanation

    init(_ explanation: Explanation) { self.explanation = explanation }

    func print() {
        Terminal.say(Terminal.styled(title, .bold))
        say(explanation.summary)
        Terminal.say()
        let rows = explanation.timeline.map { (at: Self.time($0), entry: $0) }
        let timeWidth = rows.map(\.at.count).max() ?? 0
        let whatWidth = rows.map(\.entry.what.count).max() ?? 0
        for row in rows {
            let start = Self.padded(row.at, timeWidth) + "  " + Self.padded(row.entry.what, whatWidth) + "  "
            say(row.entry.because, start: start)
        }
        if !explanation.next.isEmpty { Terminal.say() }
        for line in explanation.next { say(line) }
    }

    private var title: String {
        guard let key = explanation.key else { return "Key \(explanation.keyID)" }
        let (label, tenant) = (Printable(key.label, limit: 40), Printable(key.tenantID, limit: 30))
        return "Key \(key.id)\n\(key.provider) \(key.prefix)… “\(label)” of tenant \(tenant)"
    }

    private func say(_ text: String, start: String = "") {
        let text = Printable(text, limit: 2000).description
        WrappedText(text, start: start).lines.forEach { Terminal.say($0) }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func time(_ entry: Explanation.Entry) -> String {
        let (first, last) = (UTCText.string(entry.at), UTCText.string(entry.until))
        let minute = "\(first.prefix(10)) \(first.dropFirst(11).prefix(5))"
        return first.prefix(10) == last.prefix(10) ? minute : "\(first.prefix(10)) to \(last.prefix(10))"
    }
}

extension Explanation {
    fileprivate func printJSON() {
        JSONLine.print([
            "key": key.map { .object($0.jsonFields) } ?? .text(nil), "summary": .text(summary),
            "timeline": .array(timeline.map { .object($0.jsonFields) }), "next": .list(next),
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
                "address": .text(mail.address), "notices": .text(mail.kinds), "state": .text(mail.state),
                "attempts": .number(mail.attempts), "composed_at": .time(mail.createdAt), "sent_at": .time(mail.sentAt),
                "next_attempt_at": .time(mail.nextAttemptAt), "reply": .text(mail.reply),
                "message_id": .text(mail.messageID),
            ]
        }
    }
}
