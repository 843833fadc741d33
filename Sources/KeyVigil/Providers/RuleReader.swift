internal import Vocabulary
import Yams

/// Reads rules from the catalogue's YAML, and refuses a dead rule without a machine-readable code or an exact message.
enum RuleReader {
    static let keys = ["status", "content", "text", "when", "finding", "strength", "confirm_over"]

    static func rule(
        _ node: Node, at place: Rule.Place, in owner: CatalogueEntry
    ) throws(CatalogueError) -> Rule {
        let entry = try owner.element(node, named: place.description, keys: keys)
        let (rule, strength) = try read(entry, at: place)
        if let objection = objections(to: rule, writtenStrength: strength).first { throw entry.error(objection) }
        return rule
    }

    /// Why the rule cannot be used: the first field that cannot be read, otherwise all objections to the rule.
    static func problems(
        _ node: Node, at place: Rule.Place, in owner: CatalogueEntry
    ) -> [CatalogueError] {
        do throws(CatalogueError) {
            let entry = try owner.element(node, named: place.description, keys: keys)
            let (rule, strength) = try read(entry, at: place)
            return objections(to: rule, writtenStrength: strength).map { entry.error($0) }
        } catch {
            return [error]
        }
    }

    /// The rule, and its strength where the entry states one.
    private static func read(
        _ entry: CatalogueEntry, at place: Rule.Place
    ) throws(CatalogueError) -> (Rule, Strength?) {
        let finding = try entry.requiredChoice("finding", of: Finding.self)
        let strength = try entry.choice("strength", of: Strength.self)
        let rule = Rule(
            finding: finding,
            strength: strength ?? .specific,
            confirmOver: try confirmOver(entry),
            place: place,
            line: entry.node.mark?.line ?? 0,
            statuses: try statuses(entry),
            content: Set(try entry.choices("content", of: ContentKind.self)),
            text: try entry.text("text").map(Pattern.init),
            conditions: try conditions(entry))
        return (rule, strength)
    }

    /// The rules for a living key, one for each alternative under `any_of`: each needs a field of the body, as a status
    /// alone proves nothing.
    static func alive(_ probe: CatalogueEntry, at place: Rule.Place) throws(CatalogueError) -> [Rule] {
        let alive = try probe.required("alive", value: probe.mapping("alive", keys: ["status", "when", "any_of"]))
        let statuses = try statuses(alive)
        var groups = [try conditions(alive)]
        for node in alive.nodes("any_of") {
            groups.append(try conditions(alive.mapping(node, named: "any_of", keys: ["when"])))
        }
        groups.removeAll(where: \.isEmpty)
        guard !groups.isEmpty, groups.allSatisfy({ $0.contains { $0.expectation != .absent } }) else {
            throw alive.error("alive names no field of the body; add when")
        }
        return groups.map { conditions in
            Rule(
                finding: .valid, strength: .never, confirmOver: nil, place: place, line: alive.node.mark?.line ?? 0,
                statuses: statuses, content: [], text: nil, conditions: conditions)
        }
    }

    private static func objections(to rule: Rule, writtenStrength strength: Strength?) -> [String] {
        var found: [String] = []
        if !rule.conditions.isEmpty, !rule.content.isEmpty, !rule.content.contains(.json) {
            found.append("fields under when are read from JSON only; add json to content or remove one of them")
        }
        let isDead = rule.finding.verdict == .dead
        if isDead, rule.place.isDeep {
            found.append("a deep rule calls no key dead, so that a deep probe disables no more; move it to rules")
        }
        if !isDead, strength != nil || rule.confirmOver != nil {
            found.append("strength and confirm_over belong to dead findings; remove them")
        }
        return found + (isDead ? objections(toDead: rule, writtenStrength: strength) : [])
    }

    private static func objections(toDead rule: Rule, writtenStrength strength: Strength?) -> [String] {
        var found: [String] = []
        if strength == nil { found.append("a dead rule needs strength: specific, ambiguous or never") }
        if strength != .never, !rule.testsExactEvidence {
            found.append("a dead rule needs a machine-readable code or an exact message; add it under when")
        }
        let isExact = rule.statuses.allSatisfy {
            $0.count == 1 && (200..<500).contains($0.lowerBound) && $0.lowerBound != 429
        }
        if !isExact { found.append("a dead rule needs its exact statuses, each 200 or 4xx and not 429") }
        return found
    }

    private static func confirmOver(_ entry: CatalogueEntry) throws(CatalogueError) -> Duration? {
        guard let text = try entry.text("confirm_over") else { return nil }
        let units: [Character: Int] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count > 0 else {
            throw entry.error("confirm_over must be a number with d, h, m or s, such as 35d")
        }
        return .seconds(count * unit)
    }

    private static func statuses(_ entry: CatalogueEntry) throws(CatalogueError) -> [ClosedRange<Int>] {
        var statuses: [ClosedRange<Int>] = []
        for node in entry.nodes("status") {
            let bounds = (node.scalar?.string ?? "").split(separator: "-").map { Int($0) ?? 0 }
            guard let first = bounds.first, let last = bounds.last, bounds.count < 3, 100...999 ~= first,
                first...999 ~= last
            else { throw entry.error("status must be a number, a range such as 500-599, or a list", at: node) }
            statuses.append(first...last)
        }
        return try entry.required("status", value: statuses.isEmpty ? nil : statuses)
    }

    private static func conditions(_ entry: CatalogueEntry) throws(CatalogueError) -> [Rule.Condition] {
        var conditions: [Rule.Condition] = []
        for (name, node) in try entry.pairs("when") {
            conditions.append(
                .init(path: try entry.path(name, at: node), expectation: try expectation(node, in: entry)))
        }
        return conditions
    }

    private static func expectation(_ node: Node, in entry: CatalogueEntry) throws(CatalogueError) -> Expectation {
        if let list = node.sequence {
            var alternatives: [Expectation] = []
            for element in list { alternatives.append(try expectation(element, in: entry)) }
            guard !alternatives.contains(.absent) else {
                throw entry.error("null in a list matches nothing; write a rule of its own for it", at: node)
            }
            guard !alternatives.isEmpty else { throw entry.error("an empty list matches nothing; fill it", at: node) }
            return .anyOf(alternatives)
        }
        if node.mapping != nil { return try comparison(node, in: entry) }
        switch node.kind {
        case .bool: return .bool(node.truth ?? false)
        case .number: return .number(node.float ?? .nan)
        case .null: return .absent
        case .text, nil:
            let text = node.string ?? ""
            return text.contains("*") ? .pattern(Pattern(text)) : .string(text)
        }
    }

    /// A type or a bound in the place of a value: `{type: array}`, `{above: 0}`.
    private static func comparison(_ node: Node, in owner: CatalogueEntry) throws(CatalogueError) -> Expectation {
        let entry = try owner.mapping(node, named: "when", keys: ["type", "at_least", "above", "at_most"])
        if let kind = try entry.choice("type", of: JSONKind.self) { return .kind(kind) }
        if let bound = try bound("above", in: entry) { return .above(bound) }
        if let bound = try bound("at_most", in: entry) { return .atMost(bound) }
        return .atLeast(try entry.path(entry.requiredText("at_least"), at: node))
    }

    private static func bound(_ key: String, in entry: CatalogueEntry) throws(CatalogueError) -> Double? {
        guard let node = entry[key] else { return nil }
        guard let bound = node.float, bound.isFinite else {
            throw entry.error("when.\(key) must be a number", at: node)
        }
        return bound
    }
}
