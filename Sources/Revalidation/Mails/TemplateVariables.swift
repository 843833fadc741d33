import KeyVigil
internal import Vocabulary

/// A variable that a template may use, with the shape of the value that ``MailContent`` gives it.
indirect enum TemplateVariable: Sendable {
    /// A text, number or flag, which a template can show or test in a section.
    case value
    /// A list or an object with variables of its own; a section over it also tests whether it is there.
    case group([String: TemplateVariable])

    /// The variables known inside a section over this one.
    var inner: [String: TemplateVariable] {
        if case .group(let names) = self { names } else { [:] }
    }
}

/// The variables known in each kind of template. ``MailContent/variables()`` supplies their values.
enum TemplateVariables {
    /// The variables in every template.
    static let mail: [String: TemplateVariable] = [
        "tenant": .value, "recipient": .value, "language": .value, "contact": .value, "manage": .value,
        "policy": flags(MailContent.Policy.allCases.map(\.rawValue)),
        "single": .value, "several": .value, "attention": amount, "restored": amount,
        "items": .group(item), "unaffected": keys, "operators": .group(operators),
    ]

    /// The variables in a mail to operators.
    static let operators: [String: TemplateVariable] = [
        "recipient": .value, "single": .value, "several": .value, "begins": amount, "lasts": amount, "ends": amount,
        "conditions": .group(condition),
    ]

    private static let condition: [String: TemplateVariable] = [
        "stage": flags(["begins", "lasts", "ends"]), "is": flags(ConditionKind.allCases.map(\.rawValue)),
        "title": .value, "sentence": .value, "provider": .value, "providerID": .value, "since": .value,
        "ended": .value, "withoutLivingKey": .value, "more": .value, "keys": .group(["id": .value]),
        "groups": .group([
            "count": .value, "provider": .value, "finding": .value, "remedy": .value,
            "owner": flags(["operators", "tenant"]),
        ]),
    ]

    /// The variables in the templates of a notice, in addition to those of the mail.
    static let item: [String: TemplateVariable] = key.merging([
        "kind": .value, "is": flags(NoticeKind.allCases.map(\.rawValue)),
        "reason": .value, "finding": flags(Finding.allCases.map(\.rawValue)), "code": .value,
        "console": .value, "since": .value, "downSince": .value, "expires": .value, "notBefore": .value,
        "days": .group(["count": .value, "one": .value, "none": .value]),
        "steps": .group(["number": .value, "step": .value]),
        "ownSteps": .value, "alternatives": keys, "creditless": flags(["skipped", "used"]),
    ]) { left, _ in left }

    private static let key: [String: TemplateVariable] = ["provider": .value, "label": .value, "hint": .value]
    private static let amount = TemplateVariable.group(["any": .value, "one": .value, "count": .value])
    private static let keys = TemplateVariable.group([
        "any": .value, "one": .value, "count": .value, "more": .value, "keys": .group(key),
    ])

    private static func flags(_ names: [String]) -> TemplateVariable {
        .group(Dictionary(uniqueKeysWithValues: names.map { ($0, .value) }))
    }
}
