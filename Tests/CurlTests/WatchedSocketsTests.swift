import Glibc
import Testing

@testable import Curl

struct WatchedSocketsTests {
    /// libcurl's `CURL_POLL_IN` and `CURL_POLL_REMOVE`.
    private static let (incoming, remove): (Int32, Int32) = (1, 4)

    @Test("A socket whose packets were kept back is let go, though libcurl stopped watching it meanwhile")
    func letGo() throws {
        let socket = try makeSocket()
        var sockets = WatchedSockets()
        defer { close(socket) }
        sockets.watch(socket, for: Self.incoming)
        let held = sockets.hold()
        #expect(held == [socket] && isKeptBack(socket))
        sockets.watch(socket, for: Self.remove)
        WatchedSockets.letGo(held)
        #expect(!isKeptBack(socket))
    }

    @Test("A socket that libcurl stopped watching in the last pass is kept back in the next, and in no later one")
    func resting() throws {
        let socket = try makeSocket()
        var sockets = WatchedSockets()
        defer { close(socket) }
        sockets.watch(socket, for: Self.incoming)
        sockets.watch(socket, for: Self.remove)
        let held = sockets.hold()
        #expect(sockets.count == 1 && held == [socket] && isKeptBack(socket))
        WatchedSockets.letGo(held)
        #expect(sockets.takeReady().isEmpty && sockets.count == 0 && sockets.hold().isEmpty)
    }

    private func makeSocket() throws -> Int32 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(socket >= 0)
        return socket
    }

    private func isKeptBack(_ socket: Int32) -> Bool {
        var (value, size): (Int32, socklen_t) = (0, socklen_t(MemoryLayout<Int32>.size))
        getsockopt(socket, Int32(IPPROTO_TCP), TCP_CORK, &value, &size)
        return value != 0
    }
}
