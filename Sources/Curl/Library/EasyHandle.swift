internal import CCurl

/// Owns one `CURL *`. To be used by one thread at a time.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer

    init() throws(CurlSetupFailure) {
        try Curl.start()
        guard let pointer = curl_easy_init() else {
            throw CurlSetupFailure(operation: "easy handle", code: 0, message: "out of memory")
        }
        self.pointer = pointer
    }

    deinit { curl_easy_cleanup(pointer) }

    func set(_ option: CURLoption, _ value: Int) throws(CurlSetupFailure) {
        try check(curl_easy_setopt_long(pointer, option, value), option)
    }

    /// libcurl keeps a copy of the text.
    func set(_ option: CURLoption, _ value: String) throws(CurlSetupFailure) {
        try check(curl_easy_setopt_pointer(pointer, option, value), option)
    }

    /// The caller answers for how long what `value` points to must live.
    func set(_ option: CURLoption, _ value: UnsafeRawPointer?) throws(CurlSetupFailure) {
        try check(curl_easy_setopt_pointer(pointer, option, value), option)
    }

    func set(_ option: CURLoption, _ list: UnsafeMutablePointer<curl_slist>?) throws(CurlSetupFailure) {
        try check(curl_easy_setopt_list(pointer, option, list), option)
    }

    func set(_ option: CURLoption, _ callback: @escaping curl_write_callback) throws(CurlSetupFailure) {
        try check(curl_easy_setopt_data(pointer, option, callback), option)
    }

    func info(_ info: CURLINFO) -> Int {
        var value = 0
        curl_easy_getinfo_long(pointer, info, &value)
        return value
    }

    /// Seconds and bytes of the newer kind: `CURLINFO_…_T`.
    func offset(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        curl_easy_getinfo_offset(pointer, info, &value)
        return Int64(value)
    }

    private func check(_ code: CURLcode, _ option: CURLoption) throws(CurlSetupFailure) {
        if code != CURLE_OK { try Curl.check(code, "option \(option.rawValue)") }
    }
}
