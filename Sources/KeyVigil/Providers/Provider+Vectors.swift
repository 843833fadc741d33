internal import Vocabulary

extension Provider {
    /// How the provider's classification of the vector's answer differs from what the vector expects.
    func problems(with vector: AnswerVector) -> [CatalogueError] {
        let result = vector.classification(by: self)
        return [
            vector.contradiction, findingDifference(result, from: vector), strengthDifference(result, from: vector),
        ].compactMap(\.self).map { problem in
            CatalogueError(
                file: vector.line > 0 ? file ?? "" : "vectors.json", line: vector.line, entry: id,
                problem: "vector \"\(vector.scenario)\" \(problem)")
        }
    }

    private func findingDifference(_ result: Classification, from vector: AnswerVector) -> String? {
        guard result.finding != vector.finding else { return nil }
        let place = vector.isTransportFailure ? nil : probed(for: vector).classifier.read(vector.answer).place
        if result.verdict == .dead, vector.verdict != .dead {
            return "must be \(vector.finding.rawValue), and \(place.map(\.description) ?? "") would call the key dead "
                + "(\(result.finding.rawValue)); make the rule say more"
        }
        return "must be \(vector.finding.rawValue) and is \(result.finding.rawValue) by "
            + "\(place?.description ?? "no rule"); correct the rules or the vector"
    }

    private func strengthDifference(_ result: Classification, from vector: AnswerVector) -> String? {
        guard result.finding == vector.finding, result.verdict == .dead, result.strength != vector.strength else {
            return nil
        }
        return "must be \(vector.strength.rawValue) and is \(result.strength.rawValue); correct the rule or the vector"
    }
}

extension AnswerVector {
    fileprivate var contradiction: String? {
        guard verdict != finding.verdict else { return nil }
        return
            "has class \(verdict.rawValue), but \(finding.rawValue) is \(finding.verdict.rawValue); correct the vector"
    }
}
