internal import CPostgres
internal import Foundation

/// A connection string that libpq takes, and what keyvigil adds to it where it is silent.
public struct PostgresURL: Sendable, CustomStringConvertible {
    private let text: String
    /// Server and database, without user and password.
    public let description: String
    /// Those to try, in order.
    let servers: [Server]
    /// Seconds for each of them, where the string says it.
    let connectTimeout: Double?

    /// Keywords that choose one of several servers that the string names.
    typealias Server = [(keyword: String, value: String)]

    /// Why a connection string is no use. Its own words may hold a part of the password, so they are not told.
    public struct Unusable: Error {}

    /// Checks the form alone; nothing is connected.
    ///
    /// An `@` in a password that was not percent-encoded ends up in the host: refused here, or an error about the host
    /// would show it.
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

    /// One for each name in the lists, which libpq wants to be equally long, but for one port that is meant for all. Lists
    /// that do not fit are left to libpq, which says so.
    private static func servers(_ parts: [String: String]) -> [Server] {
        let lists = ["host", "hostaddr", "port"].compactMap { keyword in
            parts[keyword].map { (keyword, values: $0.split(separator: ",", omittingEmptySubsequences: false)) }
        }
        let count = lists.map(\.values.count).max() ?? 1
        let fits = lists.allSatisfy { $0.values.count == count || ($0.0 == "port" && $0.values.count == 1) }
        guard count > 1, fits, lists.contains(where: { $0.0 != "port" }) else { return [[]] }
        return (0..<count).map { index in
            lists.map { ($0.0, String($0.values.count == 1 ? $0.values[0] : $0.values[index])) }
        }
    }

    /// Keywords and values for libpq. What stands before `dbname` is a default; what it holds wins.
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
