internal import Foundation
internal import Vocabulary

/// The content of one mail to one operator: conditions that begin, last or end.
struct OperatorsMail: Sendable {
    let recipient: String
    let news: [ConditionNews]
    private let name: @Sendable (String) -> String

    /// - Parameter name: gives the display name of a provider's id.
    init(_ news: [ConditionNews], recipient: String, name: @escaping @Sendable (String) -> String) {
        self.news = news
        self.recipient = recipient
        self.name = name
    }

    /// The values that the templates may show, under the names of ``TemplateVariables/operators``. An absent value is
    /// `NSNull`, as in ``MailContent/variables()``. Times are in UTC.
    func variables() -> [String: Any] {
        [
            "recipient": Printable(recipient, limit: 254).description,
            "single": news.count == 1,
            "several": news.count > 1,
            "begins": amount(.begins), "lasts": amount(.lasts), "ends": amount(.ends),
            "conditions": news.map(variables),
        ]
    }

    private func amount(_ stage: ConditionStage) -> [String: Any] {
        let count = news.count { $0.stage == stage }
        return ["any": count > 0, "one": count == 1, "count": count]
    }

    private func variables(_ news: ConditionNews) -> [String: Any] {
        let condition = news.condition
        let values: [String: Any?] = [
            "stage": [news.stage.rawValue: true],
            "is": [condition.kind.rawValue: true],
            "title": Printable(condition.title(name).text).description,
            "sentence": Printable(condition.sentence.text, limit: 400).description,
            "provider": condition.provider.map { Printable(name($0)).description },
            "providerID": condition.provider.map { Printable($0).description },
            "since": time(condition.since),
            "ended": condition.endedAt.map(time),
            "withoutLivingKey": condition.facts.isWithoutLivingKey ?? false,
            "groups": condition.facts.groups?.map(variables),
            "keys": condition.facts.keyIDs?.map { ["id": Printable($0).description] },
            "more": more(condition.facts),
        ]
        return values.mapValues { $0 ?? NSNull() }
    }

    private func variables(_ group: UncheckableKeys) -> [String: Any] {
        [
            "count": group.count, "provider": Printable(name(group.provider)).description,
            "finding": group.finding.rawValue, "remedy": group.remedy.text, "owner": [group.owner.rawValue: true],
        ]
    }

    /// The number of keys that the mail does not name; nil where it names all.
    private func more(_ facts: Condition.Details) -> Int? {
        let rest = facts.count - (facts.keyIDs?.count ?? facts.count)
        return rest > 0 ? rest : nil
    }

    private func time(_ date: Date) -> String { Moment(date, in: .gmt).text(Locale(identifier: "en")) }
}
