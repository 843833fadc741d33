internal import CCurl
internal import Glibc

/// Owns one `CURLM *`, which drives many transfers and keeps their connections.
///
/// libcurl names the sockets and the time that it waits for, and each pass drives only the transfers that these concern
/// (`curl_multi_socket_action`). `curl_multi_perform` visits all of them, which costs as much as the requests themselves
/// while many wait for late answers. It also loses answers: when one read brings data for several HTTP/2 streams, libcurl
/// 7.88 (Debian 12) leaves some of it in its own buffer, where no socket reports it, after about one burst in a hundred.
///
/// `@unchecked Sendable` holds because the pointer never changes, `wake` only writes to an event, and only the thread that
/// drives the transfers calls the rest.
final class MultiHandle: @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer
    private let wakeEvent: WakeEvent
    private var sockets = WatchedSockets()
    /// Transfers that were added since the last pass.
    private var added = 0
    /// The time at which libcurl must be called even if no socket is ready.
    private var timer: ContinuousClock.Instant?

    init() throws(CurlSetupFailure) {
        try Curl.start()
        wakeEvent = try WakeEvent()
        guard let pointer = curl_multi_init() else {
            throw CurlSetupFailure(operation: "multi handle", code: 0, message: "out of memory")
        }
        self.pointer = pointer
        try installCallbacks()
    }

    deinit {
        // Cleaning up closes the kept connections; no callback may report them to an object that is going.
        curl_multi_setopt_socket(pointer, nil)
        curl_multi_cleanup(pointer)
    }

    private func installCallbacks() throws(CurlSetupFailure) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        try Curl.check(curl_multi_setopt_pointer(pointer, CURLMOPT_SOCKETDATA, this), operation: "socket data")
        try Curl.check(curl_multi_setopt_pointer(pointer, CURLMOPT_TIMERDATA, this), operation: "timer data")
        let watching = curl_multi_setopt_socket(pointer) { _, socket, interest, this, _ in
            MultiHandle.from(this)?.sockets.watch(socket, for: interest)
            return 0
        }
        try Curl.check(watching, operation: "socket callback")
        let timing = curl_multi_setopt_timer(pointer) { _, milliseconds, this in
            MultiHandle.from(this)?.timer = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
            return 0
        }
        try Curl.check(timing, operation: "timer callback")
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> MultiHandle? {
        pointer.map { Unmanaged<MultiHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    func set(_ option: CURLMoption, to value: Int) throws(CurlSetupFailure) {
        try Curl.check(curl_multi_setopt_long(pointer, option, value), operation: "multi option \(option.rawValue)")
    }

    func add(_ easy: EasyHandle) throws(CurlSetupFailure) {
        try Curl.check(curl_multi_add_handle(pointer, easy.pointer), operation: "adding a transfer")
        added += 1
    }

    func remove(_ easy: EasyHandle) {
        curl_multi_remove_handle(pointer, easy.pointer)
    }

    /// Drives the transfers whose sockets are ready or whose timer is due, as far as they go without waiting.
    ///
    /// Requests that begin together on few connections share packets: one packet each would cost both sides as much as
    /// everything else they do for a request.
    func perform() throws(CurlSetupFailure) {
        let corked = added > 2 * sockets.count ? sockets.cork() : []
        defer { WatchedSockets.uncork(corked) }
        added = 0
        for ready in sockets.beginPass() { try act(on: ready.socket, events: ready.events) }
        guard let due = timer, due <= .now else { return }
        timer = nil
        try act(on: CURL_SOCKET_TIMEOUT, events: 0)
    }

    private func act(on socket: curl_socket_t, events: Int32) throws(CurlSetupFailure) {
        var running: Int32 = 0
        try Curl.check(curl_multi_socket_action(pointer, socket, events, &running), operation: "driving the transfers")
    }

    /// Waits until a socket is ready, libcurl's timer is due, ``wake()`` is called or `end` is reached.
    func wait(until end: ContinuousClock.Instant) throws(CurlSetupFailure) {
        try sockets.wait(
            or: wakeEvent, for: max(.zero, ContinuousClock.now.duration(to: timer.map { min($0, end) } ?? end)))
    }

    /// Ends the wait under way, or else the next one. Any thread may call it.
    func wake() { wakeEvent.raise() }

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
