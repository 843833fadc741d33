internal import Foundation

extension OperatorsMail {
    /// Samples for checking templates: each kind at each stage alone, and all of them in one mail.
    static var samples: [(name: String, mail: OperatorsMail)] {
        let stages = ConditionStage.allCases
        let each = stages.flatMap { stage in ConditionKind.allCases.map { ConditionNews(sample: $0, stage) } }
        return each.map { ("operators, \($0.condition.kind.rawValue) \($0.stage)", .sample([$0])) }
            + [("operators, everything", .sample(each))]
    }

    static func sample(_ news: [ConditionNews]) -> OperatorsMail {
        OperatorsMail(news, recipient: "ops@platform.example") { $0 == "openai" ? "OpenAI" : $0 }
    }
}

extension ConditionNews {
    /// A condition with made-up facts at this stage.
    init(sample kind: ConditionKind, _ stage: ConditionStage) {
        let since = Date(timeIntervalSince1970: 1_736_847_000)
        var condition = Condition(
            kind: kind, subject: Self.subject(kind), since: since, facts: Self.facts(kind))
        if stage == .ends { condition.endedAt = since.addingTimeInterval(2 * 86_400) }
        self.init(stage: stage, condition: condition)
    }

    private static func subject(_ kind: ConditionKind) -> String {
        switch kind {
        case .breaker: "openai/standard"
        case .canary, .control, .keyTypeRetired, .neverDead: "openai"
        case .uncheckable, .notices, .overdue: ""
        }
    }

    private static func facts(_ kind: ConditionKind) -> Condition.Details {
        switch kind {
        case .breaker:
            .init(count: 12, breaker: cause, isWithoutLivingKey: true)
        case .canary:
            .init(count: 1, answer: ControlAnswer(finding: .invalid, httpStatus: 401, code: "invalid_api_key"))
        case .control: .init(count: 1, answer: ControlAnswer(finding: .valid, httpStatus: 200))
        case .uncheckable: .init(count: 23, groups: groups, keyIDs: ids)
        case .keyTypeRetired, .neverDead, .notices, .overdue: .init(count: 4)
        }
    }

    private static let cause = BreakerCause(reason: .noneAlive, dead: 0, answered: 0, most: 3, isByCanary: false)

    private static let ids = (10..<30).map { "0b8a3c1e-5d1f-4c57-9a3e-2f6f0f5a7c\($0)" }

    private static let groups: [UncheckableKeys] = [
        .init(provider: "azure_openai", finding: .endpointChanged, owner: .tenant, count: 2),
        .init(provider: "azure_openai", finding: .undecryptable, owner: .operators, count: 1),
        .init(provider: "openai", finding: .egressBlocked, owner: .operators, count: 20),
    ]
}
