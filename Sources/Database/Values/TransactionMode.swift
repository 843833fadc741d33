/// What a transaction may do, and which other transactions may run beside it.
enum TransactionMode: Sendable {
    /// Reads one snapshot and writes nothing.
    case reading
    /// Writes beside other shared transactions; its statements protect themselves by conditions and row locks.
    case shared
    /// Writes while no other transaction does, as every writer in SQLite: what it read is still true when it writes.
    case exclusive
    /// Exclusive, without time limits: a change of the schema may take long.
    case migrating
}
