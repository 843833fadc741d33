internal import CCurl
internal import Glibc

/// The sockets whose events libcurl asks for. Only the thread that drives the transfers uses it.
struct WatchedSockets {
    private var entries: [pollfd] = []
    /// Sockets that libcurl stopped watching in the last pass: all their requests ended, and the next may use them again.
    private var idle: [curl_socket_t] = []

    /// Adds, changes or removes a socket.
    ///
    /// - Parameter interest: one of `CURL_POLL_…`.
    mutating func watch(_ socket: curl_socket_t, for interest: Int32) {
        entries.removeAll { $0.fd == socket }
        idle.removeAll { $0 == socket }
        guard interest != CURL_POLL_REMOVE else { return idle.append(socket) }
        let events = (interest & CURL_POLL_IN != 0 ? POLLIN : 0) | (interest & CURL_POLL_OUT != 0 ? POLLOUT : 0)
        entries.append(pollfd(fd: socket, events: Int16(events), revents: 0))
    }

    /// How many sockets may carry requests, at the beginning of a pass.
    var count: Int { entries.count + idle.count }

    /// Holds small packets back (`TCP_CORK`) until there is more to send or the sockets, which it returns, are uncorked.
    func cork() -> [curl_socket_t] {
        let corked = entries.map(\.fd) + idle
        for socket in corked { Self.setCork(of: socket, to: 1) }
        return corked
    }

    /// Takes what ``cork()`` returned: a socket that libcurl stopped watching meanwhile would hold back its next request.
    static func uncork(_ corked: [curl_socket_t]) {
        for socket in corked { setCork(of: socket, to: 0) }
    }

    /// Fails without harm on a descriptor that is no TCP socket any more.
    private static func setCork(of socket: curl_socket_t, to value: Int32) {
        var value = value
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Sleeps until a socket is ready, the event is raised or the time is over.
    mutating func wait(or event: borrowing WakeEvent, for time: Duration) throws(CurlSetupFailure) {
        entries.append(event.entry)
        defer { entries.removeLast() }
        let (seconds, attoseconds) = time.components
        var limit = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        guard ppoll(&entries, nfds_t(entries.count), &limit, nil) >= 0 else {
            // A signal ends the wait early, and the caller's next pass finds nothing to do.
            guard errno != EINTR else { return }
            throw CurlSetupFailure(operation: "waiting for sockets", code: Int(errno), message: "poll failed")
        }
        if entries.last?.revents != 0 { event.lower() }
    }

    /// Begins a pass: returns the sockets that the last wait found ready, each with its `CURL_CSELECT_…`, and forgets them.
    mutating func beginPass() -> [(socket: curl_socket_t, events: Int32)] {
        idle = []
        var ready: [(socket: curl_socket_t, events: Int32)] = []
        for index in entries.indices where entries[index].revents != 0 {
            ready.append((entries[index].fd, Self.selectEvents(Int32(entries[index].revents))))
            entries[index].revents = 0
        }
        return ready
    }

    private static func selectEvents(_ found: Int32) -> Int32 {
        (found & POLLIN != 0 ? CURL_CSELECT_IN : 0) | (found & POLLOUT != 0 ? CURL_CSELECT_OUT : 0)
            | (found & (POLLERR | POLLHUP | POLLNVAL) != 0 ? CURL_CSELECT_ERR : 0)
    }
}

/// An event that ends another thread's `poll`.
struct WakeEvent: ~Copyable, Sendable {
    private let descriptor: Int32

    init() throws(CurlSetupFailure) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else {
            throw CurlSetupFailure(operation: "event", code: Int(errno), message: "no more file descriptors")
        }
    }

    deinit { close(descriptor) }

    var entry: pollfd { pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0) }

    func raise() { eventfd_write(descriptor, 1) }

    func lower() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }
}
