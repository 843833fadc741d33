internal import Foundation

/// TCP ports on 127.0.0.1.
public enum LoopbackPort {
    /// A port that was free at the time of the call.
    ///
    /// - Throws: ``TestSupportFailure`` with `errno`.
    public static func free() throws -> Int {
        let descriptor = try makeSocket()
        defer { close(descriptor) }
        return try bind(descriptor, to: 0)
    }

    /// A free port for a server that is stopped and started again. It lies below the range from which Linux assigns
    /// ports by itself (from 32768), so that no other program gets it in between.
    ///
    /// - Throws: ``TestSupportFailure`` where a hundred attempts find none.
    public static func lasting() throws -> Int {
        for _ in 0..<100 {
            let descriptor = try makeSocket()
            defer { close(descriptor) }
            if let port = try? bind(descriptor, to: Int.random(in: 20_000..<32_000)) { return port }
        }
        throw TestSupportFailure(description: "no free port between 20000 and 32000")
    }

    /// Binds a socket to a port, or with 0 to any free one, and returns the port.
    static func bind(_ descriptor: Int32, to port: Int) throws -> Int {
        var address = loopback(port: port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard code == 0 else { throw TestSupportFailure(description: "no free port: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Whether a server accepts connections at this port on 127.0.0.1.
    public static func accepts(_ port: Int) -> Bool {
        guard let descriptor = try? connect(to: port) else { return false }
        close(descriptor)
        return true
    }

    /// A socket that is connected to a port.
    static func connect(to port: Int) throws -> Int32 {
        let descriptor = try makeSocket()
        var address = loopback(port: port)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        sendAtOnce(descriptor)
        if code == 0 { return descriptor }
        close(descriptor)
        throw TestSupportFailure(description: "no connection to port \(port): errno \(errno)")
    }

    /// A socket that is connected to a unix socket.
    static func connect(toSocket path: String) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let isShort = withUnsafeMutableBytes(of: &address.sun_path) { room in
            room.copyBytes(from: path.utf8.prefix(room.count - 1))
            return path.utf8.count < room.count
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if isShort, code == 0 { return descriptor }
        close(descriptor)
        throw TestSupportFailure(description: "no connection to \(path): errno \(errno)")
    }

    /// Accepts a connection, if one still waits. No program that is started at the same time inherits it.
    static func accept(_ listener: Int32) -> Int32? {
        ServerProcess.starting.withLock {
            let descriptor = Foundation.accept(listener, nil, nil)
            guard descriptor >= 0 else { return nil }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            sendAtOnce(descriptor)
            return descriptor
        }
    }

    private static func sendAtOnce(_ descriptor: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    static func makeSocket() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestSupportFailure(description: "no socket: errno \(errno)") }
        return descriptor
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
