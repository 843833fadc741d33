internal import KeyVigil

extension UnusableSchema {
    /// One sentence: why this store cannot be used, and what to do.
    func message(about store: String) -> String {
        switch self {
        case .newer(let found):
            "the store \(store) has schema \(found) and this program knows \(Schema.version); install the newer program"
        case .older(let found):
            "the store \(store) has \(found.map { "schema \($0)" } ?? "a schema from before schema 1"), this program needs "
                + "\(Schema.version), and before the first release there is no way from one to the other; name another "
                + "file or database, run `keyvigil database migrate`, and add tenants and keys again"
        case .foreign: "the store \(store) is an SQLite file of another program; name another file in DATABASE_URL"
        case .encoding(let encoding):
            "the database \(store) is encoded in \(encoding); make one with ENCODING 'UTF8' and name it in DATABASE_URL"
        }
    }
}
