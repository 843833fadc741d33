internal import CCurl

/// Owns one `CURLU *`: a URL that libcurl has parsed. Only one thread may use it at a time.
final class URLHandle {
    let pointer: OpaquePointer

    init() throws(CurlSetupFailure) {
        guard let pointer = curl_url() else {
            throw CurlSetupFailure(operation: "URL handle", code: 0, message: "out of memory")
        }
        self.pointer = pointer
    }

    deinit { curl_url_cleanup(pointer) }

    /// Parses `url` in place of what the handle held; false where libcurl refuses it.
    ///
    /// - Parameter flags: of `CURLU_…`.
    func parse(_ url: String, flags: Int = 0) -> Bool {
        curl_url_set(pointer, CURLUPART_URL, url, UInt32(flags)) == CURLUE_OK
    }

    /// One part of the URL, or nil where it has none.
    func part(_ part: CURLUPart, flags: Int = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(pointer, part, &text, UInt32(flags)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
