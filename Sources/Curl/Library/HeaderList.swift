internal import CCurl

/// Owns one `curl_slist`: lines that libcurl reads in place, so the list must outlive the transfers that use it.
///
/// `@unchecked Sendable` holds because the list is built in `init` and only read afterwards.
final class HeaderList: @unchecked Sendable {
    let first: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) {
        // The first handle reports a failed start; the list itself needs only libcurl's allocator.
        try? Curl.start()
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) ?? list }
        first = list
    }

    deinit { curl_slist_free_all(first) }
}
