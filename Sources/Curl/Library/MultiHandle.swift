internal import CCurl
internal import Glibc

/// Owns one `CURLM *`, which drives many transfers and keeps their connections.
///
/// libcurl tells which sockets and which moment it waits for, and each pass looks only at the transfers that these
/// concern (`curl_multi_socket_action`). `curl_multi_perform` looks at all of them, which costs as much as the requests
/// themselves while many wait for late answers. It also loses some: libcurl 7.88 (Debian 12) leaves answers that one read
/// brought for several HTTP/2 streams in its own buffer, where no socket tells of them, after about one burst in a hundred.
///
/// `@unchecked Sendable` holds because the pointer never changes, `wake` only writes to an event, and everything else is
/// called by the one thread that drives the transfers.
final class MultiHandle: @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer
    private let alarm: WakeEvent
    private var sockets = WatchedSockets()
    /// Transfers that have not begun.
    private var added = 0
    /// When libcurl wants to be called even if no socket is ready.
    private var timer: ContinuousClock.Instant?

    init() throws(CurlSetupFailure) {
        try Curl.start()
        alarm = try WakeEvent()
        guard let pointer = curl_multi_init() else {
            throw CurlSetupFailure(operation: "multi handle", code: 0, message: "out of memory")
        }
        self.pointer = pointer
        try installCallbacks()
    }

    deinit {
        // It closes the kept connections, of which nobody needs to be told any more.
        curl_multi_setopt_socket(pointer, nil)
        curl_multi_cleanup(pointer)
    }

    private func installCallbacks() throws(CurlSetupFailure) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        try Curl.check(curl_multi_setopt_pointer(pointer, CURLMOPT_SOCKETDATA, this), "socket data")
        try Curl.check(curl_multi_setopt_pointer(pointer, CURLMOPT_TIMERDATA, this), "timer data")
        let watching = curl_multi_setopt_socket(pointer) { _, socket, interest, this, _ in
            MultiHandle.from(this)?.sockets.watch(socket, for: interest)
            return 0
        }
        try Curl.check(watching, "socket callback")
        let timing = curl_multi_setopt_timer(pointer) { _, milliseconds, this in
            MultiHandle.from(this)?.timer = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
            return 0
        }
        try Curl.check(timing, "timer callback")
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> MultiHandle? {
        pointer.map { Unmanaged<MultiHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    func set(_ option: CURLMoption, _ value: Int) throws(CurlSetupFailure) {
        try Curl.check(curl_multi_setopt_long(pointer, option, value), "multi option \(option.rawValue)")
    }

    func add(_ easy: EasyHandle) throws(CurlSetupFailure) {
        try Curl.check(curl_multi_add_handle(pointer, easy.pointer), "adding a transfer")
        added += 1
    }

    func remove(_ easy: EasyHandle) {
        curl_multi_remove_handle(pointer, easy.pointer)
    }

    /// Moves on, as far as they go without waiting, the transfers that the last wait or libcurl's timer was about.
    ///
    /// Requests that begin together on few connections leave together: one packet each would cost both sides as much as
    /// everything else they do for a request.
    func perform() throws(CurlSetupFailure) {
        let held = added > 2 * sockets.count ? sockets.hold() : []
        defer { WatchedSockets.letGo(held) }
        added = 0
        for ready in sockets.takeReady() { try act(on: ready.socket, ready.events) }
        guard let due = timer, due <= .now else { return }
        timer = nil
        try act(on: CURL_SOCKET_TIMEOUT, 0)
    }

    private func act(on socket: curl_socket_t, _ events: Int32) throws(CurlSetupFailure) {
        var running: Int32 = 0
        try Curl.check(curl_multi_socket_action(pointer, socket, events, &running), "driving the transfers")
    }

    /// Waits until a socket is ready, libcurl's timer is due, `wake` is called or the time is over.
    func wait(until end: ContinuousClock.Instant) throws(CurlSetupFailure) {
        try sockets.wait(alarm, for: max(.zero, ContinuousClock.now.duration(to: timer.map { min($0, end) } ?? end)))
    }

    /// Ends the wait under way, or else the next one. From any thread.
    func wake() { alarm.raise() }

    /// The next finished transfer, as its easy handle's pointer.
    func nextFinished() -> (easy: UnsafeMutableRawPointer, code: CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(pointer, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            return (easy, curl_message_result(message))
        }
        return nil
    }
}
