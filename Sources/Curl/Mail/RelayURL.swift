internal import CCurl

/// The parts of a relay's URL, as libcurl itself reads them.
struct RelayURL {
    let scheme: String
    let host: String
    let port: String
    let user: String?
    let password: String?

    init(_ text: String) throws(InvalidRelay) {
        guard let url = curl_url() else { throw .notURL }
        defer { curl_url_cleanup(url) }
        guard curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK else { throw Self.reason(text) }
        scheme = Self.part(url, CURLUPART_SCHEME)?.lowercased() ?? ""
        host = Self.part(url, CURLUPART_HOST) ?? ""
        port = Self.part(url, CURLUPART_PORT) ?? (scheme == "smtps" ? "465" : "587")
        user = Self.part(url, CURLUPART_USER, UInt32(CURLU_URLDECODE))
        password = Self.part(url, CURLUPART_PASSWORD, UInt32(CURLU_URLDECODE))
        guard scheme == "smtp" || scheme == "smtps" else { throw .scheme }
        guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else { throw .host }
        let hasMore = [CURLUPART_QUERY, CURLUPART_FRAGMENT, CURLUPART_OPTIONS].contains { Self.part(url, $0) != nil }
        guard !hasMore, ["", "/"].contains(Self.part(url, CURLUPART_PATH) ?? "") else { throw .path }
        guard (user == nil) == (password == nil), user != "", password != "" else { throw .credentials }
    }

    /// Whether the host is this machine by name or by its literal address.
    var isLoopback: Bool {
        if host.lowercased() == "localhost" { return true }
        switch IPAddress(text: host.filter { $0 != "[" && $0 != "]" }) {
        case .v4(let address): return address >> 24 == 127
        case .v6(let high, let low): return high == 0 && low == 1
        case nil: return false
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        HeaderSyntax.isLetterOrDigit(byte) || "-._:[]".utf8.contains(byte)
    }

    /// libcurl refuses unknown schemes while reading: tell that apart from a text that is no URL.
    private static func reason(_ text: String) -> InvalidRelay {
        text.contains("://") && !text.lowercased().hasPrefix("smtp") ? .scheme : .notURL
    }

    private static func part(_ url: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
