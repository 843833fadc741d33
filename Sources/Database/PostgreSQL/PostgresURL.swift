internal import CPostgres
internal import Foundation

/// A connection string that libpq takes, and what keyvigil adds to it where it is silent.
public struct PostgresURL: Sendable, CustomStringConvertible {
    private let text: String
    /// Server and database, without user and password.
    public let description: String

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
    }

    /// Keywords and values for libpq. What stands before `dbname` is a default; what it holds wins.
    func withParameters<Value>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value {
        let parameters = [
            ("fallback_application_name", "keyvigil"), ("connect_timeout", "10"), ("tcp_user_timeout", "20000"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"), ("dbname", text),
            ("client_encoding", "UTF8"),
        ]
        let texts = parameters.flatMap { [strdup($0.0), strdup($0.1)] }
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
