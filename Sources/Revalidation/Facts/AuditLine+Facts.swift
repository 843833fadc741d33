internal import Judgement
package import KeyVigil
package import Vocabulary

extension AuditLine {
    /// The facts of this type; nil for a row of another event, a row without facts, and a text that this program does
    /// not understand: such a row is shown as it stands, and nothing is decided on it.
    package func facts<Facts: AuditFacts>(_ type: Facts.Type) -> Facts? {
        guard event == Facts.event.rawValue else { return nil }
        return details.flatMap { AuditDetails.facts(Facts.self, in: $0) }
    }

    /// Whether it is a row of one of these events.
    package func isAny(of events: AuditEvent...) -> Bool { knownEvent.map(events.contains) ?? false }

    /// The event; nil for one that this program does not know.
    package var knownEvent: AuditEvent? { AuditEvent(rawValue: event) }

    /// The verdict that belongs to its finding; nil where it has none.
    package var verdict: Verdict? { finding.flatMap(Finding.init)?.verdict }

    /// How the made-up key or the canary was answered; nil for other rows.
    var controlOutcome: ControlOutcome? {
        facts(NegativeControlAsked.self)?.outcome ?? facts(CanaryAsked.self)?.outcome
    }
}
