import Foundation
import TestSupport
import Testing

/// The first run after weeks in which none ran.
@Suite("After an outage", .serialized)
struct OutageTests {
    private static let days = 30.0
    private static let halfDay = Machine.day / 2

    @Test(
        "After thirty days with all keys overdue three runners keep the provider's rate, and probes stay spread (U7)",
        arguments: [false, true])
    func drained(isOnServer: Bool) async throws {
        let count = Campaign.count(ci: 400, long: 100_000)
        let rate = Campaign.isLong ? 500 : 100
        let files = try TemporaryDirectory()
        let server = try Nginx.Server(locations: Self.provider(log: files.path("times")))
        let nginx = try await Nginx([server], in: files)
        let machine = try await Machine.make(onServer: isOnServer)
        try await fill(machine, count, at: server.port)
        let asked = try times(files).count

        try machine.write(settings: settings(machine, at: server.port, rate: rate))
        let start = Date()
        let programs = try (0..<3).map { _ in try machine.start(["run", "--json", "--no-notify"], days: Self.days) }
        var probed = 0
        for program in programs {
            let done = await program.finish(within: .seconds(1200))
            // The runner that ends first reports keys of the others as overdue.
            #expect(done.status == 0 || done.status == 3, "\(done)")
            probed += done.number("keys", "probed") ?? 0
        }
        #expect(probed == count && nginx.errors.isEmpty)

        var row = CampaignRow("U7", isOnServer: isOnServer, injected: "30 days without a run, then 3 runners")
        row.times = count
        let busiest = try busiestSecond(times(files).dropFirst(asked)) * 100 / rate
        // A stalled machine receives two seconds' requests in one.
        #expect(busiest <= (Campaign.isLong ? 110 : 200), "per cent of the rate")
        let fullest = try await fullestHalfDay(machine, isOnServer: isOnServer, from: start + Self.days * Machine.day)
        let mean = Double(count) / 12
        #expect(fullest <= mean + 5 * mean.squareRoot(), "a herd: \(fullest) turns, \(mean) on average")

        var inspection = try machine.inspection(days: Self.days)
        inspection.asked = nil
        inspection.resultsAKey = 2
        try await machine.expectInvariants(inspection, &row)
        let spread = Int((fullest / mean * 100).rounded())
        row.print("\(rate) a second, \(busiest) % in the busiest; the fullest half day has \(spread) % of the mean")
    }

    /// The configuration of a provider that accepts every key with `known` in it.
    private static func provider(log: String) -> String {
        """
        access_log \(log) time;
        location / {
            default_type application/json;
            if ($http_authorization !~ known) {
                return 401 '{"error":{"code":"invalid_api_key","message":"Incorrect API key provided: x."}}';
            }
            return 200 '{"object":"list","data":[]}';
        }
        """
    }

    private func settings(_ machine: Machine, at port: Int, rate: Int) -> String {
        Machine.settings(port: machine.port)
            .replacing("http://127.0.0.1:\(machine.port)/openai", with: "http://127.0.0.1:\(port)")
            .replacing("\n    rate_per_second: 10000", with: "\n    rate_per_second: \(rate)")
    }

    /// Stores so many keys and checks each of them at day 0.
    private func fill(_ machine: Machine, _ count: Int, at port: Int) async throws {
        try machine.write(settings: settings(machine, at: port, rate: 10_000))
        try await machine.addTenant("acme")
        let keys = (0..<count).map { _ in ("acme", "openai", "sk-proj-known\(word())") }
        try await machine.importKeys(keys)
        let first = await (try machine.start(["run", "--json", "--no-notify"])).finish(within: .seconds(1200))
        #expect(first.status == 0 && first.number("keys", "probed") == count, "\(first)")
    }

    /// The random part of a key, of letters that no id contains, so that no part of a key is in an id by chance.
    private func word() -> String { String((0..<24).compactMap { _ in "ghijklmnopqrstuvwxyz".randomElement() }) }

    /// The sorted times of the provider's requests, in seconds since 1970.
    private func times(_ files: TemporaryDirectory) throws -> [Double] {
        files.read("times").split(separator: "\n").compactMap { Double($0) }.sorted()
    }

    /// The most requests within a second.
    private func busiestSecond(_ times: ArraySlice<Double>) -> Int {
        var most = 0
        var first = times.startIndex
        for last in times.indices {
            while times[first] <= times[last] - 1 { first += 1 }
            most = max(most, last - first + 1)
        }
        return most
    }

    /// The most scheduled probes in any of the twelve half days from `start` on.
    private func fullestHalfDay(_ machine: Machine, isOnServer: Bool, from start: Date) async throws -> Double {
        let seconds =
            isOnServer
            ? "extract(epoch FROM next_probe_at)::text" : "CAST((julianday(next_probe_at) - 2440587.5) * 86400 AS TEXT)"
        var turns: [Int: Int] = [:]
        for time in try await machine.column("SELECT \(seconds) FROM key_health").compactMap(Double.init) {
            turns[Int((time - start.timeIntervalSince1970) / Self.halfDay), default: 0] += 1
        }
        // Probes recur every six days; those after the last answers are a little later than twelve half days.
        #expect(turns.keys.allSatisfy { (0...12).contains($0) }, "each within six days")
        return Double(turns.values.max() ?? 0)
    }
}
