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
                refusals.words, "made-up key \(control == .passed ? "refused" : control.rawValue)",
                "evidence \(evidence.rawValue) (\(others))", isReleased ? "released by an operator" : nil,
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

    var words: String {
        switch reason {
        case .uncontrolled: "no made-up key was refused in this run"
        case .breakerOpen: "the breaker of this provider is open"
        case .outdated: "another runner has used a newer entry of the catalogue for this provider"
        case .restarted: "it stood while the breaker was open\(prediction)"
        case .evidenceFailed: "other keys of this provider were refused too"
        case .noEvidence: "no other key of this provider was valid\(prediction)"
        case .capped: "enough keys of this provider were disabled within 24 hours"
        case .backlog: "too many notices wait to be mailed"
        }
    }

    /// From which refusal on the key is disabled all the same.
    private var prediction: String {
        guard let next else { return "" }
        return "; its \(Wording.ordinal(next.number)) refusal disables it, from \(UTCText.minute(next.at)) on"
    }
}
