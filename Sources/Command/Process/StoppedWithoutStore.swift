internal import Database

/// SIGTERM or SIGINT arrived while the store could not be reached. Exit status 75.
///
/// Uncommitted work is rolled back and stays due; leases that could not be returned expire.
struct StoppedWithoutStore: Error {
    let error: DatabaseError

    init(_ error: DatabaseError) { self.error = error }
}
