internal import Vocabulary

extension Provider {
    /// In what the provider takes a vector for something else than it must; mostly one problem, or none.
    func problems(with vector: AnswerVector) -> [CatalogueError] {
        vector.asked(self).itsProblems(with: vector)
    }

    private func itsProblems(with vector: AnswerVector) -> [CatalogueError] {
        let result = vector.isTransportFailure ? .unreachable : classify(vector.answer)
        return [
            contradiction(in: vector), difference(result, vector), strengthDifference(result, vector),
        ].compactMap(\.self).map { problem in
            CatalogueError(
                file: vector.line > 0 ? file ?? "" : "vectors.json", line: vector.line, entry: id,
                problem: "vector \"\(vector.scenario)\" \(problem)")
        }
    }

    private func contradiction(in vector: AnswerVector) -> String? {
        guard vector.verdict != vector.finding.verdict else { return nil }
        return "has class \(vector.verdict.rawValue), but \(vector.finding.rawValue) is "
            + "\(vector.finding.verdict.rawValue); mend the vector"
    }

    private func difference(_ result: Classification, _ vector: AnswerVector) -> String? {
        guard result.finding != vector.finding else { return nil }
        let place = vector.isTransportFailure ? nil : ruleBook.read(vector.answer).place
        if result.verdict == .dead, vector.verdict != .dead {
            return "must be \(vector.finding.rawValue), and \(place.map(\.description) ?? "") would call the key dead "
                + "(\(result.finding.rawValue)); make the rule say more"
        }
        return "must be \(vector.finding.rawValue) and is \(result.finding.rawValue) by "
            + "\(place?.description ?? "no rule"); mend the rules or the vector"
    }

    private func strengthDifference(_ result: Classification, _ vector: AnswerVector) -> String? {
        guard result.finding == vector.finding, result.verdict == .dead, result.strength != vector.strength else {
            return nil
        }
        return "must be \(vector.strength.rawValue) and is \(result.strength.rawValue); mend the rule or the vector"
    }
}
