internal import CCurl

/// Owns one `CURL *`. Only one thread may use it at a time.
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

    func set(_ option: CURLoption, to value: Int) throws(CurlSetupFailure) {
        try check(curl_easy_setopt_long(pointer, option, value), of: option)
    }

    /// libcurl keeps a copy of the text.
    func set(_ option: CURLoption, to value: String) throws(CurlSetupFailure) {
        try check(curl_easy_setopt_pointer(pointer, option, value), of: option)
    }

    /// libcurl keeps the pointer: the caller keeps what it points to alive.
    func set(_ option: CURLoption, to value: UnsafeRawPointer?) throws(CurlSetupFailure) {
        try check(curl_easy_setopt_pointer(pointer, option, value), of: option)
    }

    func set(_ option: CURLoption, to list: UnsafeMutablePointer<curl_slist>?) throws(CurlSetupFailure) {
        try check(curl_easy_setopt_list(pointer, option, list), of: option)
    }

    func set(_ option: CURLoption, to callback: @escaping curl_write_callback) throws(CurlSetupFailure) {
        try check(curl_easy_setopt_data(pointer, option, callback), of: option)
    }

    /// What libcurl knows of the last transfer; 0 where it knows nothing.
    func info(_ info: CURLINFO) -> Int {
        var value = 0
        curl_easy_getinfo_long(pointer, info, &value)
        return value
    }

    /// The same for `CURLINFO_…_T`: microseconds or bytes.
    func offset(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        curl_easy_getinfo_offset(pointer, info, &value)
        return Int64(value)
    }

    private func check(_ code: CURLcode, of option: CURLoption) throws(CurlSetupFailure) {
        if code != CURLE_OK { try Curl.check(code, operation: "option \(option.rawValue)") }
    }
}
