import Glibc
import Testing

@testable import Curl

struct WatchedSocketsTests {
    /// libcurl's `CURL_POLL_IN` and `CURL_POLL_REMOVE`.
    private static let incoming: Int32 = 1
    private static let remove: Int32 = 4

    @Test("A corked socket is uncorked, though libcurl stopped watching it meanwhile")
    func uncork() throws {
        let socket = try makeSocket()
        var sockets = WatchedSockets()
        defer { close(socket) }
        sockets.watch(socket, for: Self.incoming)
        let corked = sockets.cork()
        #expect(corked == [socket])
        #expect(isCorked(socket))
        sockets.watch(socket, for: Self.remove)
        WatchedSockets.uncork(corked)
        #expect(!isCorked(socket))
    }

    @Test("A socket that libcurl stopped watching in the last pass is corked in the next, and in no later one")
    func idle() throws {
        let socket = try makeSocket()
        var sockets = WatchedSockets()
        defer { close(socket) }
        sockets.watch(socket, for: Self.incoming)
        sockets.watch(socket, for: Self.remove)
        #expect(sockets.count == 1)
        let corked = sockets.cork()
        #expect(corked == [socket])
        #expect(isCorked(socket))
        WatchedSockets.uncork(corked)
        #expect(sockets.beginPass().isEmpty)
        #expect(sockets.count == 0)
        #expect(sockets.cork().isEmpty)
    }

    private func makeSocket() throws -> Int32 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(socket >= 0)
        return socket
    }

    private func isCorked(_ socket: Int32) -> Bool {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, Int32(IPPROTO_TCP), TCP_CORK, &value, &size)
        return value != 0
    }
}
