internal import Database
package import Judgement

extension BreakerCause {
    /// Why the breaker opened, with its figures; without a full stop.
    package var sentence: Sentence { Sentence(words) }

    var words: String {
        switch reason {
        case .tooManyDead:
            "\(dead) of \(Wording.count(answered, "key")) newly refused in 24 hours, likely are at most \(most)"
        case .noneAlive: "no key was alive in 24 hours, at least \(Breaker.fewestAnswers) were refused"
        case .evidence:
            isByCanary
                ? "the operator's canary was refused, and no majority of other keys was alive"
                : "other keys that were asked as evidence were refused too"
        }
    }
}

extension BreakerEpisode {
    /// Why the breaker opened, with its figures; without a full stop.
    package var sentence: Sentence { BreakerCause(self).sentence }
}

extension BreakerOpened {
    var words: String { "\(Wording.scope(keyType, host)): \(cause.words)" }
}

extension BreakerClosed {
    var words: String {
        let more = DisablingGuard.refusalsInDoubt - 1
        let span = Wording.span(DisablingGuard.spanInDoubt)
        return "\(Wording.scope(keyType, host)): closed \(UTCText.minute(closedAt)); a suspicion that stood takes at "
            + "least \(more) more refusals, the last \(span) or more after that"
    }
}

extension BreakerReleased {
    var words: String {
        "\(keyType ?? "all key types"): \(Wording.count(suspicions, "suspicion")) covered: \(reason)"
    }
}

extension BreakerRelease {
    var words: String {
        "An operator's release of \(UTCText.minute(at)) covers its suspicion until "
            + "\(UTCText.minute(endsAt)) (an ambiguous one until \(UTCText.minute(endsForAmbiguousAt))): \(reason)"
    }
}

extension GuardState {
    /// One line: whether the breaker is open and why, or the sums and the most that they may be. Times are in UTC.
    package var sentence: Sentence { Sentence(words) }

    var words: String {
        let counts =
            "\(sums.dead) of \(Wording.count(sums.answered, "key")) newly refused in 24 h, at most \(sums.most)"
        guard let breaker else { return "the breaker is closed (\(counts))" }
        let end = closesNext ? "; by now the next run closes it" : ""
        return "the breaker is open since \(UTCText.minute(breaker.openedAt)): \(BreakerCause(breaker).words)\(end)"
    }
}
