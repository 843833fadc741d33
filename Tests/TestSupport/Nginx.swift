/// A private nginx on loopback, as many providers run in front of their servers.
public final class Nginx: Sendable {
    /// One listening port.
    public struct Server: Sendable {
        /// The TCP port on 127.0.0.1.
        public let port: Int
        let text: String

        /// A server on a free port. With a certificate it speaks TLS and, unless told otherwise, HTTP/2. `locations` is
        /// nginx configuration inside the `server` block; `access_log FILE time` there logs seconds since 1970.
        ///
        /// - Throws: ``TestSupportFailure`` where no port is free.
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

    /// Starts nginx and waits until it listens. Requests are logged: see ``requests``.
    ///
    /// - Throws: ``TestSupportFailure`` with its output where it does not start within 20 seconds.
    public init(_ servers: [Server], in directory: TemporaryDirectory) async throws {
        self.directory = directory
        let file = try directory.write(Self.configuration(servers, directory.url.path), to: "nginx.conf")
        process = try ServerProcess(
            "/usr/sbin/nginx", ["-p", directory.url.path, "-e", directory.path("error.log"), "-c", file], in: directory)
        try await process.wait(for: "listening") { servers.allSatisfy { LoopbackPort.accepts($0.port) } }
    }

    /// One line for each request: the connection's number, protocol, status and path.
    public var requests: [String] { directory.read("access.log").split(separator: "\n").map(String.init) }

    /// The same, once there are so many lines or 20 seconds are over: nginx logs a request after it has answered.
    public func requests(_ count: Int) async -> [String] {
        try? await process.wait(for: "\(count) requests") { requests.count >= count }
        return requests
    }

    /// The text of its error log.
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
