extension Condition {
    /// The condition in a few words, for a mail's subject or a table's cell.
    ///
    /// - Parameter name: gives the display name of a provider's id.
    package func title(_ name: (String) -> String = { $0 }) -> Sentence {
        let provider = provider.map(name) ?? ""
        return switch kind {
        case .breaker: Sentence("the breaker of \(provider) (\(keyType ?? "all") keys) is open")
        case .canary: Sentence("the canary of \(provider) was refused")
        case .control: Sentence("\(provider) did not refuse a made-up key")
        case .uncheckable: Sentence("keys that cannot be checked")
        case .keyTypeRetired: Sentence("\(provider) has retired a type of key")
        case .neverDead: Sentence("\(provider) refuses keys that are not disabled for it")
        case .notices: Sentence("mails failed")
        case .overdue: Sentence("keys are overdue")
        }
    }

    /// The condition's present state with its figures, as one sentence.
    package var sentence: Sentence { Sentence(Wording.capitalised(words)) }

    private var words: String {
        switch kind {
        case .breaker:
            "\(facts.breaker?.words ?? "it is open"); \(number(of: "suspicion", singular: "is", plural: "are")) held."
        case .canary: "it was refused\(because) while tenants' keys work, so the canary itself is at fault."
        case .control: "the answer to a made-up key was no refusal\(because), so its answers are not judged."
        case .uncheckable: "\(number(of: "key")) could not be checked for a week, or not at all."
        case .keyTypeRetired:
            "\(number(of: "key", singular: "is", plural: "are")) of a type that it no longer takes."
        case .neverDead:
            "\(number(of: "key", singular: "is", plural: "are")) refused by an answer that never disables one."
        case .notices: "\(number(of: "mail")) failed within 24 hours."
        case .overdue: "\(number(of: "key")) had no conclusive check for the promised time."
        }
    }

    private var because: String { facts.answer.map { " (\($0.words))" } ?? "" }

    /// The count with its noun and verb: `one key is`, `4 keys are`, `4 mails`.
    private func number(of noun: String, singular: String = "", plural: String = "") -> String {
        let words = facts.count == 1 ? ["one", noun, singular] : [String(facts.count), noun + "s", plural]
        return words.filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension ControlAnswer {
    fileprivate var words: String { Wording.list([finding.rawValue, httpStatus.map { "HTTP \($0)" }, code]) }
}
