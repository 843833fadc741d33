internal import Database
internal import Vocabulary

/// An update of one row of `key_health`, if the columns that are compared still hold what was read: the statement, and
/// the values in the same order.
struct HealthUpdate {
    let written: [HealthColumn]
    let compared: [HealthColumn]
    /// What must hold of the row besides.
    let condition: String?

    /// The values of a change: what is written, then what finds the row, then what is compared.
    func values(of health: KeyHealth, keyID: String, ifStill seen: KeyHealth) -> [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(written.count + 1 + compared.count)
        for column in written { values.append(health.value(column)) }
        values.append(.id(keyID))
        for column in compared { values.append(seen.value(column)) }
        return values
    }

    /// Without statistics PostgreSQL's planner may choose a plan that scans all keys for each row. So the statement
    /// leaves it only the index by id: the columns that stand in other indexes are compared with parameters, whose
    /// values the planner does not know.
    func statement(for dialect: Dialect) -> BatchStatement {
        let keyID = written.count + 1
        let compared = self.compared.enumerated().map { index, column in
            "\(column.definition.name) \(column.isNullable ? dialect.isSame : "=") $\(keyID + 1 + index)"
        }
        let conditions = ["key_id = $\(keyID)"] + compared + [condition].compactMap(\.self)
        return .update(
            "key_health",
            set: written.enumerated().map { "\($1.definition.name) = $\($0 + 1)" }.joined(separator: ", "),
            where: conditions.joined(separator: " AND "),
            types: written.map(\.definition.type) + [.id] + self.compared.map(\.definition.type))
    }
}

extension HealthColumn {
    fileprivate var isNullable: Bool { self != .version && self != .status }
}
