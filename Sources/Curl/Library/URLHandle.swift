internal import CCurl

/// Owns one `CURLU *`: a URL that libcurl has taken apart. Used by the thread of the transfers only.
final class URLHandle {
    let pointer: OpaquePointer

    init() throws(CurlSetupFailure) {
        guard let pointer = curl_url() else {
            throw CurlSetupFailure(operation: "URL handle", code: 0, message: "out of memory")
        }
        self.pointer = pointer
    }

    deinit { curl_url_cleanup(pointer) }

    /// Takes `url` apart, in place of what it held. False where libcurl cannot, or where it names a user.
    func parse(_ url: String) -> Bool {
        curl_url_set(pointer, CURLUPART_URL, url, UInt32(CURLU_DISALLOW_USER)) == CURLUE_OK
    }
}
