internal import Database
internal import Judgement

extension Refusals {
    /// How many refusals count and since when.
    package var sentence: Sentence { Sentence(words) }

    var words: String {
        guard countedFrom > since else { return "refused \(times(count)) since \(UTCText.minute(since))" }
        return "suspected since \(UTCText.minute(since)), refused \(times(count - 1)) since the breaker closed on "
            + UTCText.minute(countedFrom)
    }

    private func times(_ number: Int) -> String { Wording.count(number, "time") }
}

extension Grounds {
    var words: String {
        Wording.list(
            [
                refusals.words, control.wordsOfMadeUpKey, "\(evidence.words) (\(others))",
                isReleased ? "released by an operator" : nil,
                limits.words, overAllHosts.map { "over all hosts: \($0.words)" },
            ], by: "; ")
    }

    private var others: String {
        let keys = answers == 0 ? "no other key asked" : "\(valid) of \(answers) other keys valid"
        return Wording.list([canary?.words, keys], by: "; ")
    }
}

extension Grounds.Limits {
    fileprivate var words: String {
        "breaker \(isBreakerOpen ? "open" : "closed") (\(dead) newly refused in 24 h, at most \(most)); "
            + "\(disabledInDay) of \(cap) disabled in 24 h"
    }
}

extension ControlOutcome {
    /// The result of a control, as the predicate of a sentence about it.
    var words: String {
        switch self {
        case .passed: "passed"
        case .failed: "failed"
        case .unanswered: "unanswered"
        }
    }

    fileprivate var wordsOfMadeUpKey: String {
        switch self {
        case .passed: "made-up key refused"
        case .failed: "made-up key not refused"
        case .unanswered: "made-up key not answered"
        }
    }
}

extension Evidence {
    fileprivate var words: String {
        switch self {
        case .passed: "evidence passed"
        case .failed: "evidence failed"
        case .none: "no evidence"
        }
    }
}

extension CanaryVote {
    fileprivate var words: String {
        switch self {
        case .alive: "canary alive"
        case .refused: "canary refused"
        case .outvoted: "canary refused and ignored, as other keys are alive"
        }
    }
}

extension KeyHeld {
    /// Why the key was held, without a full stop.
    package var sentence: Sentence { Sentence(words) }

    var words: String { wordsOfReason + prediction }

    /// Why the key was held, without what may follow.
    var wordsOfReason: String {
        switch reason {
        case .uncontrolled: "no made-up key was refused in this run"
        case .breakerOpen: "the breaker of this provider was open"
        case .outdated: "another runner has used a newer entry of the catalogue for this provider"
        case .restarted: "its suspicion stood while the breaker was open"
        case .evidenceFailed: "other keys of this provider were refused too"
        case .noEvidence: "no other key of this provider was valid"
        case .capped: "enough keys of this provider were disabled within 24 hours"
        case .backlog: "too many notices waited to be mailed"
        }
    }

    /// Which refusal is the first that can disable the key all the same.
    private var prediction: String {
        guard let next else { return "" }
        let condition = reason == .noEvidence ? "without one " : ""
        let refusal = next.isSinceClosing ? "counted refusal since the breaker closed" : "refusal"
        let which = "\(condition)its \(Wording.ordinal(next.number)) \(refusal)"
        return "; \(which) is the first that can disable it, not before \(UTCText.minute(next.at))"
    }
}
