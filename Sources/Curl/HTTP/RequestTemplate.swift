/// Everything about a request but the key. Many requests share one: a reused handle then needs only the next key.
package final class RequestTemplate: Sendable {
    /// The HTTP method.
    package enum Method: Sendable, Equatable {
        /// Without a body; retried once when the connection breaks.
        case get
        /// Never retried. Give a `Content-Type` among the headers: none is sent by itself.
        case post(body: [UInt8])
    }

    /// GET or POST.
    package let method: Method
    /// As given.
    package let url: String
    /// Sent as given, after the secret header.
    package let headers: [HeaderField]
    /// The limit for the whole exchange with its retry, from the moment it leaves the queue.
    package let timeout: Duration
    /// Which addresses may be connected to.
    package let addresses: AddressPolicy
    /// Names, in lower case, of the response headers to return.
    package let keptHeaders: [String]
    /// The longest response body that is taken, in bytes.
    package let longestBody: Int

    /// Enough for nearly every provider: 64 KiB.
    package static let usualBody = 64 * 1024

    let headerList: HeaderList
    let keptNames: [[UInt8]]
    /// Whether the headers include `User-Agent`.
    let namesAgent: Bool
    let isUsable: Bool
    let isSecure: Bool

    /// A template; with a URL that the client does not fetch, each request fails as ``TransportFailure/unusableURL``.
    ///
    /// A URL must be printable ASCII without user name and backslash; its scheme is `https` or, with
    /// ``AddressPolicy/any``, also `http`.
    package init(
        method: Method = .get, url: String, headers: [HeaderField] = [], timeout: Duration = .seconds(20),
        addresses: AddressPolicy = .publicOnly, keptHeaders: [String] = [], longestBody: Int = usualBody
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.timeout = timeout
        self.addresses = addresses
        self.keptHeaders = keptHeaders.map { $0.lowercased() }
        self.longestBody = longestBody
        keptNames = self.keptHeaders.map { Array($0.utf8) }
        namesAgent = headers.contains { $0.name.lowercased() == "user-agent" }
        headerList = HeaderList(headers.map(\.line) + Self.suppressedHeaders(for: method, with: headers))
        isSecure = url.lowercased().hasPrefix("https://")
        isUsable = Self.isUsable(url, isSecure: isSecure, addresses: addresses)
    }

    /// `Name:` tells libcurl to leave out a header that it would add by itself.
    private static func suppressedHeaders(for method: Method, with headers: [HeaderField]) -> [String] {
        guard case .post = method else { return [] }
        let hasType = headers.contains { $0.name.lowercased() == "content-type" }
        return hasType ? ["Expect:"] : ["Expect:", "Content-Type:"]
    }

    /// Non-ASCII is refused because libcurl may convert look-alike digits and dots into an internal address.
    private static func isUsable(_ url: String, isSecure: Bool, addresses: AddressPolicy) -> Bool {
        let isKnownScheme = isSecure || (addresses == .any && url.lowercased().hasPrefix("http://"))
        let authority = url.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
            .prefix { !"/?#".utf8.contains($0) }
        return isKnownScheme && !authority.isEmpty && !authority.contains(UInt8(ascii: "@"))
            && url.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    }
}
