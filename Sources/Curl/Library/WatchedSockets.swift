internal import CCurl
internal import Glibc

/// The sockets that libcurl wants to be told of. Used by the thread of the transfers only.
struct WatchedSockets {
    private var entries: [pollfd] = []
    /// Those that libcurl stopped watching in the last pass: all their requests ended, and the next ones may go out there.
    private var resting: [curl_socket_t] = []

    /// Adds, changes or forgets a socket, by one of `CURL_POLL_…`.
    mutating func watch(_ socket: curl_socket_t, for interest: Int32) {
        entries.removeAll { $0.fd == socket }
        resting.removeAll { $0 == socket }
        guard interest != CURL_POLL_REMOVE else { return resting.append(socket) }
        let events = (interest & CURL_POLL_IN != 0 ? POLLIN : 0) | (interest & CURL_POLL_OUT != 0 ? POLLOUT : 0)
        entries.append(pollfd(fd: socket, events: Int16(events), revents: 0))
    }

    /// How many there are, at the beginning of a pass, on which requests may go out.
    var count: Int { entries.count + resting.count }

    /// Keeps small packets back until there is more to send or the sockets, which it returns, are let go.
    func hold() -> [curl_socket_t] {
        let held = entries.map(\.fd) + resting
        for socket in held { Self.keepBack(socket, 1) }
        return held
    }

    /// Also those that libcurl has stopped watching meanwhile, as a connection that idles would keep back its next request.
    static func letGo(_ held: [curl_socket_t]) {
        for socket in held { keepBack(socket, 0) }
    }

    /// Fails without harm on what is no TCP socket any more.
    private static func keepBack(_ socket: curl_socket_t, _ isOn: Int32) {
        var isOn = isOn
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_CORK, &isOn, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Sleeps until one is ready, the alarm was raised or the time is over.
    mutating func wait(_ alarm: borrowing WakeEvent, for time: Duration) throws(CurlSetupFailure) {
        entries.append(alarm.entry)
        defer { entries.removeLast() }
        let (seconds, attoseconds) = time.components
        var limit = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        guard ppoll(&entries, nfds_t(entries.count), &limit, nil) >= 0 else {
            // A signal ends a wait like anything else that may have happened.
            guard errno != EINTR else { return }
            throw CurlSetupFailure(operation: "waiting for sockets", code: Int(errno), message: "poll failed")
        }
        if entries.last?.revents != 0 { alarm.lower() }
    }

    /// What the last wait found, as `CURL_CSELECT_…`; empty until the next. A pass begins with it.
    mutating func takeReady() -> [(socket: curl_socket_t, events: Int32)] {
        resting = []
        var ready: [(socket: curl_socket_t, events: Int32)] = []
        for index in entries.indices where entries[index].revents != 0 {
            ready.append((entries[index].fd, Self.events(Int32(entries[index].revents))))
            entries[index].revents = 0
        }
        return ready
    }

    private static func events(_ found: Int32) -> Int32 {
        (found & POLLIN != 0 ? CURL_CSELECT_IN : 0) | (found & POLLOUT != 0 ? CURL_CSELECT_OUT : 0)
            | (found & (POLLERR | POLLHUP | POLLNVAL) != 0 ? CURL_CSELECT_ERR : 0)
    }
}

/// By which one thread ends another's `poll`.
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
