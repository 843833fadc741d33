/// SQL as a key of the statements at hand: hashed by its length, since the text itself is long and few are equally long.
struct StatementText: Hashable {
    let sql: String

    func hash(into hasher: inout Hasher) { hasher.combine(sql.utf8.count) }
}
