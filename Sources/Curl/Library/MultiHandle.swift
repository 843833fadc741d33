internal import CCurl

/// Owns one `CURLM *`, which drives many transfers and keeps their connections.
///
/// `@unchecked Sendable` holds because the pointer never changes, `wake` may be called from any thread (libcurl says
/// so), and everything else is called by the one thread that drives the transfers.
final class MultiHandle: @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer

    init() throws(CurlSetupFailure) {
        try Curl.start()
        guard let pointer = curl_multi_init() else {
            throw CurlSetupFailure(operation: "multi handle", code: 0, message: "out of memory")
        }
        self.pointer = pointer
    }

    deinit { curl_multi_cleanup(pointer) }

    func set(_ option: CURLMoption, _ value: Int) throws(CurlSetupFailure) {
        try Curl.check(curl_multi_setopt_long(pointer, option, value), "multi option \(option.rawValue)")
    }

    func add(_ easy: EasyHandle) throws(CurlSetupFailure) {
        try Curl.check(curl_multi_add_handle(pointer, easy.pointer), "adding a transfer")
    }

    func remove(_ easy: EasyHandle) {
        curl_multi_remove_handle(pointer, easy.pointer)
    }

    /// Moves every transfer on as far as it goes without waiting.
    func perform() throws(CurlSetupFailure) {
        var running: Int32 = 0
        try Curl.check(curl_multi_perform(pointer, &running), "driving the transfers")
    }

    /// Waits until a connection is ready, a timer of libcurl is due, `wake` is called or the time is over.
    func wait(milliseconds: Int32) throws(CurlSetupFailure) {
        try Curl.check(curl_multi_poll(pointer, nil, 0, milliseconds, nil), "waiting for the transfers")
    }

    func wake() {
        curl_multi_wakeup(pointer)
    }

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
