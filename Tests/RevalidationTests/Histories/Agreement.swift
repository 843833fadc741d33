import Database
import Foundation
import Judgement
import KeyVigil
import Vocabulary

@testable import Revalidation

/// Compares what `explain` says of a key with its row, its audit rows and its mails.
struct Agreement {
    let explanation: Explanation
    let health: KeyHealth?
    /// The key's own audit rows, oldest first.
    let rows: [AuditLine]
    let now: Date

    /// What does not agree, a sentence each; empty where all does.
    var faults: [String] {
        [stateFault, rowFault, stepFault].compactMap(\.self) + sentenceFaults
    }

    private var answers: [AuditLine] { rows.filter { $0.isAny(of: .keyProbed, .keyAdded, .keyReplaced) } }

    /// Whether the situation is of the stored status and suspicion.
    private var stateFault: String? {
        guard let health else { return isGone ? nil : "a deleted key is \(explanation.situation)" }
        let isRight =
            switch explanation.situation {
            case .gone: false
            case .revoked: health.status == .revoked
            case .disabledByOperator(let date): health.disabling == Disabling(.operator, at: date)
            case .disabledByJob(let date, let finding, let grounds):
                health.disabling == Disabling(.job(finding), at: date) && grounds != nil
            case .suspected(let since, let finding, _, _):
                health.status == .active && health.suspicion?.since == since && health.suspicion?.finding == finding
            case .notProbed: health.status == .active
            default: health.status == .active && health.suspicion == nil
            }
        return isRight ? nil : "\(health.status), \(String(describing: health.suspicion)): \(explanation.situation)"
    }

    private var isGone: Bool { if case .gone = explanation.situation { true } else { false } }

    /// Whether the audit rows say the same as the situation.
    private var rowFault: String? {
        let last = answers.last { $0.finding != nil }
        let isRight =
            switch explanation.situation {
            case .accepted(let date, _): last?.at == date && last?.verdict == .alive
            case .refusedWithoutEffect(let date, let finding), .enabledSinceRefusal(_, let date, let finding):
                last?.at == date && last?.finding == finding.rawValue
            case .unknown(let finding, _): last?.finding == finding.rawValue
            case .suspected(let since, _, _, let held):
                rows.contains { $0.at == since && $0.isAny(of: .keySuspected) } && (held == nil || held?.facts != nil)
            case .uncheckable(let facts): isUncheckable(since: facts.since)
            default: true
            }
        return isRight ? nil : "\(explanation.situation), and the last answer is \(String(describing: last))"
    }

    /// Whether there is a check at that time, and no conclusive one since.
    private func isUncheckable(since date: Date?) -> Bool {
        guard let date else { return true }
        let later = answers.filter { $0.at >= date && $0.finding != nil }
        return later.first?.at == date && later.allSatisfy { $0.verdict == .unknown }
    }

    /// Whether the next steps are those of the stored row.
    private var stepFault: String? {
        for step in explanation.steps {
            switch step {
            case .probe(let date) where date != health?.nextProbeAt || date <= now: return "\(step)"
            case .due(let date) where date != health?.nextProbeAt || date > now: return "\(step)"
            case .neverProbed where health?.nextProbeAt != nil: return "\(step)"
            case .recovery where health?.disabling?.by != .job: return "\(step)"
            case .confirmation(let facts) where facts.counted < 1: return "\(step)"
            default: continue
            }
        }
        return nil
    }

    /// Sentences with marks of a part that is missing, or with numbers that contradict each other.
    private var sentenceFaults: [String] {
        let texts =
            [explanation.summary.text] + explanation.next.map(\.text)
            + explanation.timeline.flatMap { [$0.what.text, $0.because.text] } + rows.compactMap { $0.sentence?.text }
        return texts.filter { $0.contains(Self.defect) || Self.isOvercounted($0) }
    }

    nonisolated(unsafe) private static let defect =
        /\x20\x20|, ?$|,[.;,]|; ?$|\{|Optional\(|\bnil\b|\b1 (keys|times|days|mails)\b/

    /// Whether it says that more refusals count than are needed.
    private static func isOvercounted(_ text: String) -> Bool {
        guard let found = text.firstMatch(of: /(\d+) of the (\d+) needed/) else { return false }
        return (Int(found.1) ?? 0) >= (Int(found.2) ?? 0)
    }
}
