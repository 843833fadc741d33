internal import Foundation
internal import Judgement
internal import KeyVigil

extension Explanation.Facts {
    /// The key's rows, its provider's and its mails, merged and folded.
    var timeline: [Explanation.Entry] {
        let rows = (rows + providerRows).sorted { $0.precedes($1) }
        var entries = Self.telling(rows).map(Explanation.Entry.init)
        for mail in mails {
            let place = entries.lastIndex { $0.at <= mail.at }.map { $0 + 1 } ?? 0
            entries.insert(Explanation.Entry(mail), at: place)
        }
        return Self.folded(entries)
    }

    /// Drops controls that passed, because runs ask them every few hours. The latest ones before a refusal or a
    /// change of the key stay, because that was judged by them.
    private static func telling(_ rows: [AuditLine]) -> [AuditLine] {
        var sought: Set<String> = []
        var kept: [AuditLine] = []
        for row in rows.reversed() {
            if row.isAny(of: .controlNegative, .controlCanary) {
                let isSought = sought.remove(row.event) != nil
                if row.controlOutcome == .passed, !isSought { continue }
            } else if row.needsControl {
                sought = [AuditEvent.controlNegative.rawValue, AuditEvent.controlCanary.rawValue]
            }
            kept.append(row)
        }
        return kept.reversed()
    }

    /// Folds consecutive equal checks and controls into one entry; refusals stay apart, because each has a request id.
    private static func folded(_ entries: [Explanation.Entry]) -> [Explanation.Entry] {
        entries.reduce(into: []) { folded, entry in
            if let last = folded.last, last.isQuietly(like: entry) {
                folded[folded.count - 1].fold(entry)
            } else {
                folded.append(entry)
            }
        }
    }
}

extension Explanation.Entry {
    fileprivate func isQuietly(like other: Explanation.Entry) -> Bool {
        guard case .audit(let one) = content, case .audit(let two) = other.content, one.event == two.event else {
            return false
        }
        let isSame = (one.finding, one.httpStatus, one.providerCode) == (two.finding, two.httpStatus, two.providerCode)
        if one.isAny(of: .keyProbed) { return isSame && one.verdict != .dead }
        return isSame && one.isAny(of: .controlNegative, .controlCanary) && one.details == two.details
    }
}

extension AuditLine {
    fileprivate var needsControl: Bool {
        isAny(of: .keyProbed) ? verdict == .dead : isAny(of: .keyHeld, .keyDisabled, .keyRecovered, .keyCleared)
    }

    /// Orders rows by time, and within a run as they were written.
    fileprivate func precedes(_ other: AuditLine) -> Bool {
        if runID == other.runID, at == other.at { return sequence < other.sequence }
        return (at, runID) < (other.at, other.runID)
    }
}
