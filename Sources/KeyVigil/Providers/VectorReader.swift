internal import Vocabulary
import Yams

/// Reads the answer vectors of an entry in an operator's catalogue.
enum VectorReader {
    static let keys = ["scenario", "status", "headers", "body", "finding", "strength", "source", "deep"]

    static func vectors(of owner: CatalogueEntry) throws(CatalogueError) -> [AnswerVector] {
        var vectors: [AnswerVector] = []
        for (index, node) in owner.nodes("vectors").enumerated() {
            let vector = try vector(node, number: index + 1, in: owner)
            guard !vectors.contains(where: { $0.scenario == vector.scenario }) else {
                throw owner.error("vector \(index + 1): \"\(vector.scenario)\" stands twice; rename one", at: node)
            }
            vectors.append(vector)
        }
        return vectors
    }

    private static func vector(
        _ node: Node, number: Int, in owner: CatalogueEntry
    ) throws(CatalogueError) -> AnswerVector {
        let entry = try owner.element(node, named: "vector \(number)", keys: keys)
        let finding = try entry.requiredChoice("finding", of: Finding.self)
        let body = try body(entry)
        return AnswerVector(
            provider: owner.place.entry,
            scenario: try entry.requiredText("scenario"),
            status: try status(entry),
            headers: try headers(entry, hasBody: !body.isEmpty),
            body: body,
            finding: finding,
            verdict: finding.verdict,
            strength: try strength(entry, of: finding),
            source: try entry.text("source") ?? "",
            deep: try deep(entry, in: owner),
            line: entry.node.mark?.line ?? 0)
    }

    private static func deep(_ entry: CatalogueEntry, in owner: CatalogueEntry) throws(CatalogueError) -> Bool {
        guard try entry.bool("deep") else { return false }
        guard owner.has("deep") else { throw entry.error("the entry has no deep probe; add deep or remove it") }
        return true
    }

    private static func status(_ entry: CatalogueEntry) throws(CatalogueError) -> Int {
        let node = try entry.required("status", value: entry["status"])
        guard let status = node.int, 100...999 ~= status else {
            throw entry.error("status must be a number from 100 to 999", at: node)
        }
        return status
    }

    private static func body(_ entry: CatalogueEntry) throws(CatalogueError) -> String {
        guard let node = entry["body"] else { return "" }
        guard let body = node.scalar?.string else {
            throw entry.error("body must be text; put JSON into single quotes", at: node)
        }
        return body
    }

    /// A body without a content type counts as JSON, as most answers are.
    private static func headers(
        _ entry: CatalogueEntry, hasBody: Bool
    ) throws(CatalogueError) -> [String: String] {
        var headers = hasBody ? ["content-type": "application/json"] : [:]
        for (name, node) in try entry.pairs("headers") { headers[name.lowercased()] = node.string ?? "" }
        return headers
    }

    private static func strength(
        _ entry: CatalogueEntry, of finding: Finding
    ) throws(CatalogueError) -> Strength {
        let strength = try entry.choice("strength", of: Strength.self)
        guard finding.verdict == .dead || strength == nil else {
            throw entry.error("strength belongs to dead findings; remove it")
        }
        guard finding.verdict != .dead || strength != nil else {
            throw entry.error("a dead answer needs the strength it must get: specific, ambiguous or never")
        }
        return strength ?? .never
    }
}
