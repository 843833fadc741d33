internal import CPostgres
internal import Foundation

/// A PostgreSQL connection string as libpq takes it, with keyvigil's defaults for what it leaves open.
public struct PostgresURL: Sendable, CustomStringConvertible {
    private let text: String
    /// Server and database, without user and password.
    public let description: String
    /// The servers to try, in order.
    let servers: [Server]
    /// The longest wait for each of them in seconds, where the string states it; at least 2, as in libpq.
    let connectTimeout: Double?

    /// The keywords that select one of several servers; none where the string names only one.
    typealias Server = [(keyword: String, value: String)]

    /// The connection string is malformed. The error carries no part of libpq's message, which may hold a part of the
    /// password.
    public struct Unusable: Error {}

    /// Checks the string's form and connects to nothing.
    ///
    /// - Throws: ``Unusable`` for a malformed string; also for an `@` in the host or another character than a digit
    ///   in the port, both of which come from a password that is not percent-encoded and would be shown in errors
    ///   about the host.
    public init(_ text: String) throws {
        guard let options = PQconninfoParse(text, nil) else { throw Unusable() }
        defer { PQconninfoFree(options) }
        var parts: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            parts[String(cString: keyword)] = option.pointee.val.map { String(cString: $0) }
            option += 1
        }
        let place = ["host", "hostaddr", "port", "dbname"].compactMap { parts[$0] }.joined()
        guard !place.contains("@"), (parts["port"] ?? "").allSatisfy({ $0.isNumber || $0 == "," }) else {
            throw Unusable()
        }
        self.text = text
        let port = parts["port"].map { ":\($0)" } ?? ""
        let server = parts["host"] ?? parts["hostaddr"] ?? "local server"
        description = "\(server)\(port)/\(parts["dbname"] ?? parts["user"] ?? "")"
        servers = Self.servers(parts)
        connectTimeout = parts["connect_timeout"].flatMap(Double.init).flatMap { $0 > 0 ? max($0, 2) : nil }
    }

    /// Splits the comma-separated lists. libpq requires lists of equal length, except for a single port, which holds
    /// for all servers. Lists that do not fit are passed on unsplit, and libpq then reports them.
    private static func servers(_ parts: [String: String]) -> [Server] {
        let lists = ["host", "hostaddr", "port"].compactMap { keyword in
            parts[keyword].map { list in
                (keyword: keyword, values: list.split(separator: ",", omittingEmptySubsequences: false))
            }
        }
        let count = lists.map(\.values.count).max() ?? 1
        let fits = lists.allSatisfy { $0.values.count == count || ($0.keyword == "port" && $0.values.count == 1) }
        guard count > 1, fits, lists.contains(where: { $0.keyword != "port" }) else { return [[]] }
        return (0..<count).map { index in
            lists.map { list in
                let value = list.values.count == 1 ? list.values[0] : list.values[index]
                return (keyword: list.keyword, value: String(value))
            }
        }
    }

    /// Passes the keywords and values for libpq to `body`, each list ended by nil; they are valid only there. Values
    /// before `dbname` are defaults, which the connection string overrides; values after it override the string.
    func withParameters<Value>(
        of server: Server,
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value {
        let parameters = [
            ("fallback_application_name", "keyvigil"), ("connect_timeout", "10"), ("tcp_user_timeout", "20000"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"), ("dbname", text),
            ("client_encoding", "UTF8"),
        ]
        let texts = (parameters + server).flatMap { [strdup($0.0), strdup($0.1)] }
        defer { texts.forEach { free($0) } }
        let pointers = texts.map { UnsafePointer($0) }
        let names = stride(from: 0, to: pointers.count, by: 2).map { pointers[$0] } + [nil]
        let values = stride(from: 1, to: pointers.count, by: 2).map { pointers[$0] } + [nil]
        return names.withUnsafeBufferPointer { names in
            values.withUnsafeBufferPointer { values in
                guard let names = names.baseAddress, let values = values.baseAddress else { preconditionFailure() }
                return body(names, values)
            }
        }
    }
}
