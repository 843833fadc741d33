internal import CCurl

/// The parts of a relay's URL, as libcurl itself reads them.
struct RelayURL {
    let scheme: String
    let host: String
    let port: String
    let user: String?
    let password: String?

    init(_ text: String) throws(InvalidRelay) {
        guard let url = try? URLHandle() else { throw .notURL }
        guard url.parse(text) else { throw Self.reasonForRefusal(of: text) }
        scheme = url.part(CURLUPART_SCHEME)?.lowercased() ?? ""
        host = url.part(CURLUPART_HOST) ?? ""
        port = url.part(CURLUPART_PORT) ?? (scheme == "smtps" ? "465" : "587")
        user = url.part(CURLUPART_USER, flags: Int(CURLU_URLDECODE))
        password = url.part(CURLUPART_PASSWORD, flags: Int(CURLU_URLDECODE))
        guard scheme == "smtp" || scheme == "smtps" else { throw .scheme }
        guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else { throw .host }
        let hasMore = [CURLUPART_QUERY, CURLUPART_FRAGMENT, CURLUPART_OPTIONS].contains { url.part($0) != nil }
        guard !hasMore, ["", "/"].contains(url.part(CURLUPART_PATH) ?? "") else { throw .path }
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
        byte.isASCIILetterOrDigit || "-._:[]".utf8.contains(byte)
    }

    /// libcurl refuses unknown schemes while it parses; the error tells them apart from a text that is no URL.
    private static func reasonForRefusal(of text: String) -> InvalidRelay {
        text.contains("://") && !text.lowercased().hasPrefix("smtp") ? .scheme : .notURL
    }
}
