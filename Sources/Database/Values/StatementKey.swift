/// SQL text as the key of a cache of prepared statements. It hashes the length alone: the text is long, hashing it for
/// each run of a statement is slow, and few statements are equally long.
struct StatementKey: Hashable {
    let sql: String

    func hash(into hasher: inout Hasher) { hasher.combine(sql.utf8.count) }
}
