/// A database that this program cannot use as its store. It was left as it is.
package enum UnusableSchema: Error, Equatable {
    /// A newer program made it, with this schema: install that program here, too.
    case newer(Int)
    /// An older program made it, with this schema; nil: from before schema 1. Make a new store, and add tenants and
    /// keys to it again.
    case older(Int?)
    /// It is an SQLite file of another program: name another file.
    case foreign
    /// The server's database has this encoding: make one that is encoded in UTF-8.
    case encoding(String)
}
