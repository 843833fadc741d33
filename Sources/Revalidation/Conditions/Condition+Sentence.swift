extension Condition {
    /// The condition in a few words, for a mail's subject or a table's cell.
    ///
    /// - Parameter name: gives the display name of a provider's id.
    package func title(_ name: (String) -> String = { $0 }) -> String {
        let provider = provider.map(name) ?? ""
        return switch kind {
        case .breaker: "the breaker of \(provider) (\(keyType ?? "all") keys) is open"
        case .canary: "the canary of \(provider) was refused"
        case .control: "\(provider) did not refuse a made-up key"
        case .uncheckable: "keys that cannot be checked"
        case .keyTypeRetired: "\(provider) has retired a type of key"
        case .neverDead: "\(provider) refuses keys that are not switched off for it"
        case .notices: "mails failed"
        case .overdue: "keys are overdue"
        }
    }

    /// The condition's present state with its figures, as one sentence.
    package var sentence: String {
        switch kind {
        case .breaker:
            "\(Self.capitalised(facts.reason ?? "it is open")); \(number(of: "suspicion", singular: "is", plural: "are")) held."
        case .canary: "It was refused\(because) while tenants' keys work, so the canary itself is at fault."
        case .control: "The answer to a made-up key was no refusal\(because), so its answers are not judged."
        case .uncheckable: "\(Self.capitalised(number(of: "key"))) could not be checked for a week, or not at all."
        case .keyTypeRetired:
            "\(Self.capitalised(number(of: "key", singular: "is", plural: "are"))) of a type that it no longer takes."
        case .neverDead:
            "\(Self.capitalised(number(of: "key", singular: "is", plural: "are"))) refused by an answer that never switches one off."
        case .notices: "\(Self.capitalised(number(of: "mail"))) failed within 24 hours."
        case .overdue: "\(Self.capitalised(number(of: "key"))) had no conclusive check for the promised time."
        }
    }

    private var because: String { facts.reason.map { " (\($0))" } ?? "" }

    /// The count with its noun and verb: `one key is`, `4 keys are`, `4 mails`.
    private func number(of noun: String, singular: String = "", plural: String = "") -> String {
        let words = facts.count == 1 ? ["one", noun, singular] : [String(facts.count), noun + "s", plural]
        return words.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
