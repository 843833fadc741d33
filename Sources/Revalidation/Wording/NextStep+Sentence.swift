internal import Database
internal import Judgement
internal import Vocabulary

extension NextStep {
    /// What happens next, and what that depends on.
    ///
    /// - Parameter provider: the provider's name for people.
    package func sentence(provider: String) -> Sentence { Sentence(words(provider)) }

    private func words(_ provider: String) -> String {
        switch self {
        case .notProbed(let reason): "No run asks about it: \(reason.words(provider: provider))."
        case .neverProbed: "It is not asked about any more."
        case .due(let since): "It is due since \(UTCText.minute(since)): the next run asks about it."
        case .probe(let date): "It is asked about next on \(UTCText.minute(date))."
        case .recovery(let end):
            "A check that is accepted brings it back, with a mail; the last is on \(UTCText.minute(end))."
        case .notice(let kind): "A notice (\(kind.rawValue)) waits to be mailed."
        case .refusalReported: "A refusal would be reported; none of \(provider) disables a key."
        case .firstRefusal(let rule):
            "A refusal would make it suspected; it takes \(rule.furtherWords), to disable it."
        case .heldByBreaker(let rule): rule.wordsAfterClosing
        case .confirmation(let facts): facts.words
        case .guardState(let state): state.lineWords
        case .released(let release): release.words
        }
    }
}

extension ConfirmationRule {
    fileprivate var wordsAfterClosing: String {
        "While the breaker is open no refusal confirms it; when it closes, it takes at least \(needed - 1) more, "
            + "the last \(Wording.span(span)) or more after."
    }

    /// How many refusals beside the first confirm, and over how long.
    fileprivate var furtherWords: String {
        guard span > 0 else { return needed == 2 ? "another" : "\(needed - 1) more" }
        let span = Wording.span(span)
        return needed == 2 ? "another, \(span) later or more" : "\(needed - 1) more, over \(span) or more"
    }
}

extension NextStep.Confirmation {
    fileprivate var words: String {
        let start = isSinceClosing ? " since the breaker closed" : ""
        let subject = "Refusals counted\(start)\(isOnlyRule ? "" : ", where the next is \(rule.strength.words)")"
        // A closing stands in both numbers for the first refusal.
        let counted = isSinceClosing ? counted - 1 : counted
        let needed = isSinceClosing ? rule.needed - 1 : rule.needed
        let number = counted <= needed ? "\(counted) of \(needed)" : "\(counted), needed \(needed)"
        let which = counted + 1 < needed ? "the \(Wording.ordinal(needed))" : "a further one"
        let date = from.map { " from \(UTCText.minute($0)) on" } ?? ""
        return "\(subject): \(number); \(which)\(date) may confirm the suspicion, and then the guard decides."
    }
}

extension Strength {
    fileprivate var words: String {
        switch self {
        case .specific: "specific"
        case .ambiguous: "ambiguous"
        case .never: "one that never disables"
        }
    }
}

extension GuardState {
    fileprivate var lineWords: String {
        let name = scope.keyType.isEmpty ? "no key type yet" : Wording.scope(scope.keyType, scope.hostName)
        return "Guard of \(scope.provider) (\(name)): \(words); \(disabledInDay) of at most \(cap) disabled in 24 h."
    }
}
