/// A private nginx on loopback: the real server most providers put in front of theirs.
public final class Nginx: Sendable {
    /// One listening port.
    public struct Server: Sendable {
        /// Where it listens, on 127.0.0.1.
        public let port: Int
        let text: String

        /// A server on a free port. With a certificate it speaks TLS and, unless told otherwise, HTTP/2.
        /// `locations` is nginx configuration inside the `server` block; `access_log FILE time` there logs seconds since 1970.
        public init(
            _ certificate: CertificateAuthority.Certificate? = nil, isHTTP2: Bool = true, locations: String
        ) throws {
            port = try LoopbackPort.free()
            let tls = certificate.map { "ssl_certificate \($0.file); ssl_certificate_key \($0.keyFile);" } ?? ""
            let kind = certificate == nil ? "" : isHTTP2 ? "ssl http2" : "ssl"
            text = "server { listen 127.0.0.1:\(port) \(kind); \(tls)\n\(locations)\n}"
        }
    }

    private let process: ServerProcess
    private let directory: TemporaryDirectory

    /// Starts it and waits until it listens. Requests are logged: see ``requests``.
    public init(_ servers: [Server], in directory: TemporaryDirectory) async throws {
        self.directory = directory
        let file = try directory.write(Self.configuration(servers, directory.url.path), to: "nginx.conf")
        process = try ServerProcess(
            "/usr/sbin/nginx", ["-p", directory.url.path, "-e", directory.path("error.log"), "-c", file], in: directory)
        try await process.wait(for: "listening") { servers.allSatisfy { LoopbackPort.accepts($0.port) } }
    }

    /// One line for each request: the connection's number, protocol, status and path.
    public var requests: [String] { directory.read("access.log").split(separator: "\n").map(String.init) }

    /// The same once there are so many: a request's line is written behind its answer.
    public func requests(_ count: Int) async -> [String] {
        try? await process.wait(for: "\(count) requests") { requests.count >= count }
        return requests
    }

    /// What it complained of.
    public var errors: String { directory.read("error.log") }

    private static func configuration(_ servers: [Server], _ path: String) -> String {
        """
        daemon off; master_process off; pid \(path)/nginx.pid;
        events { worker_connections 512; }
        http {
            log_format test '$connection $server_protocol $status $request_uri';
            log_format time '$msec';
            access_log \(path)/access.log test;
            keepalive_requests 100000;
            client_body_temp_path \(path)/a; proxy_temp_path \(path)/b; fastcgi_temp_path \(path)/c;
            uwsgi_temp_path \(path)/d; scgi_temp_path \(path)/e;
            \(servers.map(\.text).joined(separator: "\n"))
        }
        """
    }
}
