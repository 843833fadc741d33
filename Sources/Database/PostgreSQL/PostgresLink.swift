internal import CPostgres
internal import Foundation

/// One connection to a server, in pipeline mode: statements are sent without waiting, answers come in their order.
///
/// Every wait has an end, also where the network swallows what both sides say: libpq's own timeouts do not cover that.
final class PostgresLink {
    private let handle: OpaquePointer
    /// Sent and not answered yet, in order.
    private var expected: [Expected] = []
    private var firstExpected = 0
    /// Nothing can be said on it any more.
    private(set) var isLost = false
    /// How long to wait for the server's next word, in seconds; it ends its own statements earlier.
    var patience = PostgresLink.shortPatience

    static let shortPatience = 15.0
    static let streamPatience = 600.0
    static let longPatience = 86_400.0

    /// An answer that is to come.
    struct Expected {
        let sql: String?
        /// What to do with it; nothing for a statement run for its effect.
        var take: ((PostgresResult) throws -> Void)?
    }

    private let stop: StopSignal

    /// Connects to the first of the string's servers that can be used, within so many seconds; throws ``DatabaseError``
    /// of kind `unavailable` or `forbidden`.
    static func connect(
        _ url: PostgresURL, within seconds: Double, _ stop: StopSignal
    ) throws(DatabaseError) -> PostgresLink {
        let (end, count) = (now + seconds, url.servers.count)
        var failure = DatabaseError.lost("no server is named")
        for (index, server) in url.servers.enumerated() {
            // libpq itself would wait for a silent one until all the time is over.
            let share = (end - now) / Double(count - index)
            do { return try PostgresLink(url, server, within: min(share, url.connectTimeout ?? share), stop) } catch {
                guard error.remedy == .reconnect else { throw error }
                failure = error
            }
        }
        throw failure
    }

    private init(
        _ url: PostgresURL, _ server: PostgresURL.Server, within seconds: Double, _ stop: StopSignal
    ) throws(DatabaseError) {
        guard let handle = url.withParameters(of: server, { PQconnectStartParams($0, $1, 1) }) else {
            throw DatabaseError.lost("no memory")
        }
        self.handle = handle
        self.stop = stop
        try connect(within: seconds)
        PQsetnonblocking(handle, 1)
        guard PQenterPipelineMode(handle) == 1 else { throw DatabaseError.lost("no pipeline mode") }
        // Notices are for people; they may name rows.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    private func connect(within seconds: Double) throws(DatabaseError) {
        let wait = (start: Self.now, seconds: seconds)
        var wanted = PGRES_POLLING_WRITING
        while true {
            guard PQstatus(handle) != CONNECTION_BAD else { throw refused() }
            try self.wait(forWriting: wanted == PGRES_POLLING_WRITING, wait, sql: nil)
            wanted = PQconnectPoll(handle)
            if wanted == PGRES_POLLING_OK { break }
            if wanted == PGRES_POLLING_FAILED { throw refused() }
        }
        guard PQserverVersion(handle) >= 130_000 else {
            throw DatabaseError(
                kind: .unavailable, code: "08004", message: "the server must be PostgreSQL 13 or newer", sql: nil)
        }
    }

    /// libpq's words name host, user and database, never the password; of a refusal it gives no code to go by. It has a
    /// line for each address that it tried, and hints in lines that are indented; what a server says is worth most.
    private func refused() -> DatabaseError {
        let lines = String(cString: PQerrorMessage(handle)).split(separator: "\n").filter { !$0.hasPrefix("\t") }
        let said = lines.last { $0.contains("FATAL:") } ?? lines.last { $0.contains(" failed: ") } ?? lines.last
        var words = said.map(String.init) ?? ""
        if words.contains("root certificate file") {
            words += "; name the authorities in the URL, as in sslrootcert=/etc/ssl/certs/ca-certificates.crt"
            return DatabaseError(kind: .unavailable, code: "08001", message: words, sql: nil)
        }
        let isTransient = !Self.refusals.contains(where: words.contains)
        return DatabaseError(
            kind: isTransient ? .unavailable : .forbidden, code: "08001", message: words, sql: nil,
            remedy: isTransient ? .reconnect : .none)
    }

    /// What no waiting mends.
    private static let refusals = [
        "authentication failed", "does not exist", "no pg_hba.conf entry", "not permitted to log in",
        "permission denied",
    ]

    // MARK: - Sending

    func prepare(_ sql: String, as name: String, _ types: [Oid]) throws(DatabaseError) {
        let sent = PQsendPrepare(handle, name, sql, Int32(types.count), types)
        try expect(sent, Expected(sql: sql))
    }

    func execute(
        _ name: String, _ sql: String, _ parameters: PostgresParameters, take: ((PostgresResult) throws -> Void)?
    ) throws(DatabaseError) {
        let sent = parameters.withPointers { values, lengths, formats in
            PQsendQueryPrepared(handle, name, Int32(parameters.types.count), values, lengths, formats, 1)
        }
        try expect(sent, Expected(sql: sql, take: take))
    }

    /// Parses and runs at once, for statements that are not kept.
    func execute(
        _ sql: String, _ parameters: PostgresParameters, take: ((PostgresResult) throws -> Void)?
    ) throws(DatabaseError) {
        let sent = parameters.withPointers { values, lengths, formats in
            PQsendQueryParams(handle, sql, Int32(parameters.types.count), parameters.types, values, lengths, formats, 1)
        }
        try expect(sent, Expected(sql: sql, take: take))
    }

    /// The same for a last word whose answer nobody waits for: it is taken with the next ones.
    func leave(_ sql: String) throws(DatabaseError) {
        try execute(sql, PostgresParameters([]), take: nil)
        try synchronize()
    }

    private func expect(_ sent: Int32, _ answer: Expected) throws(DatabaseError) {
        guard sent == 1 else { throw broken(answer.sql) }
        expected.append(answer)
    }

    // MARK: - Answers

    /// Waits for the answers to all that was sent; throws the first error among them, after which the server takes
    /// statements again.
    ///
    /// A synchronization and not a mere flush: only after one does the server count the time that a transaction idles,
    /// and a runner that is paused in one would hold its locks for ever.
    func receive() throws {
        guard firstExpected < expected.count else { return }
        try synchronize()
        try takeExpected()
    }

    func synchronize() throws(DatabaseError) {
        guard PQpipelineSync(handle) == 1 else { throw broken(nil) }
        expected.append(Expected(sql: nil))
    }

    private func takeExpected() throws {
        defer {
            expected.removeSubrange(..<firstExpected)
            firstExpected = 0
        }
        var failure: (any Error)?
        while firstExpected < expected.count {
            let answer = expected[firstExpected]
            firstExpected += 1
            do { try take(answer) } catch {
                if isLost {
                    firstExpected = expected.count
                    throw error
                }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Takes all results of one statement; the server ends them with none.
    private func take(_ answer: Expected) throws {
        var failure: (any Error)?
        while let result = try next(answer.sql) {
            switch result.status {
            case PGRES_PIPELINE_SYNC: return
            case PGRES_PIPELINE_ABORTED: failure = failure ?? DatabaseError.aborted(answer.sql)
            case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                do { try answer.take?(result) } catch { failure = failure ?? error }
            default: failure = failure ?? failed(result, answer.sql)
            }
        }
        if let failure { throw failure }
    }

    private func failed(_ result: PostgresResult, _ sql: String?) -> DatabaseError {
        PQstatus(handle) == CONNECTION_BAD ? broken(sql) : DatabaseError(result.handle, sql: sql)
    }

    private func next(_ sql: String?) throws(DatabaseError) -> PostgresResult? {
        let wait = (start: Self.now, seconds: patience)
        while PQflush(handle) == 1 { try self.wait(forWriting: true, wait, sql: sql) }
        while PQisBusy(handle) == 1 {
            try self.wait(forWriting: false, wait, sql: sql)
            guard PQconsumeInput(handle) == 1 else { throw broken(sql) }
        }
        guard let result = PQgetResult(handle) else {
            guard PQstatus(handle) == CONNECTION_OK else { throw broken(sql) }
            return nil
        }
        return PostgresResult(result)
    }

    /// Rows of the statement sent last are handed over one by one instead of all together.
    func streamRows() throws(DatabaseError) {
        guard PQsetSingleRowMode(handle) == 1 else { throw broken(nil) }
    }

    private func broken(_ sql: String?) -> DatabaseError {
        isLost = true
        let words = String(cString: PQerrorMessage(handle)).split(separator: "\n").first.map(String.init)
        return .lost(words ?? "the connection to the server is broken", sql: sql)
    }

    // MARK: - Waiting

    private static var now: Double { ProcessInfo.processInfo.systemUptime }

    /// Every tenth of a second it looks whether somebody wishes to stop.
    private func wait(
        forWriting: Bool, _ wait: (start: Double, seconds: Double), sql: String?
    ) throws(DatabaseError) {
        while true {
            let left = stop.end(ofWaitFrom: wait.start, lasting: wait.seconds) - Self.now
            guard left > 0, PQsocket(handle) >= 0 else {
                isLost = true
                throw .lost("the server does not answer", sql: sql)
            }
            let events = forWriting ? POLLIN | POLLOUT : POLLIN
            var socket = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
            let ready = poll(&socket, 1, Int32(min(left * 1000, 100).rounded(.up)))
            if ready > 0 {
                if forWriting, socket.revents & Int16(POLLOUT) == 0, PQconsumeInput(handle) == 0 { throw broken(sql) }
                return
            }
        }
    }
}
