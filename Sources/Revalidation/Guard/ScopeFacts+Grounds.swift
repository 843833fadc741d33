internal import Database
internal import Judgement
internal import KeyVigil

extension ScopeFacts {
    /// Breaker and cap in words, for the audit log.
    var limitsText: String {
        "breaker \(breaker == nil ? "closed" : "open") (\(sums.dead) newly refused in 24 h, at most \(sums.most)); "
            + "\(disabledInDay) of \(cap) disabled in 24 h"
    }

    /// The decision's grounds in one line, for the audit log.
    func grounds(for candidate: Candidate, isReleased: Bool) -> String {
        let keys = answers.all == 0 ? "no other key asked" : "\(answers.valid) of \(answers.all) other keys valid"
        let others = [canary?.rawValue, keys].compactMap(\.self).joined(separator: "; ")
        return [
            candidate.refusals, "made-up key \(candidate.control == .passed ? "refused" : candidate.control.rawValue)",
            "evidence \(evidence.rawValue) (\(others))",
            isReleased ? "released by an operator" : nil, limitsText,
        ].compactMap(\.self).joined(separator: "; ")
    }
}

extension Candidate {
    /// How it came to this, in a few words.
    var refusals: String? {
        health.suspicion.map { "refused \($0.deadCount) times since \(UTCText.minute($0.since))" }
    }
}
