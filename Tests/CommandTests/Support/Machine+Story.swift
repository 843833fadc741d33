import TestSupport

extension Machine {
    /// A key that was refused a day ago and is refused again at the next run, and a valid one as evidence.
    ///
    /// The tenant has two addresses. The next run is due on day 8.
    func suspectOneOfTwo() async throws -> (dying: Stored, living: Stored) {
        try await addTenant("acme", email: "it@acme.example,boss@acme.example")
        let dying = try await addKey()
        let living = try await addKey()
        try await strike(dying)
        let run = try await run("run", "--all", days: 7)
        guard run.status == 0 else { throw SetupFailure(run) }
        return (dying, living)
    }

    /// The number of runs whose audit rows are not numbered 1, 2, 3 … without a gap.
    func runsWithGaps() async throws -> [String] {
        try await column("SELECT run_id FROM audit_entry GROUP BY run_id HAVING min(seq) <> 1 OR max(seq) <> count(*)")
    }

    func events(_ event: String) async throws -> Int {
        Int(try await value("SELECT count(*) FROM audit_entry WHERE event = '\(event)'") ?? "") ?? -1
    }
}
