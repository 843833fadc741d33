internal import CCurl
internal import Glibc

/// The header lines of one handle's requests that precede those of the template: the secret and `User-Agent`.
///
/// `User-Agent` is a line of the list because libcurl formats its own option twice for each request.
final class LeadingHeaders {
    private let nodes = UnsafeMutablePointer<curl_slist>.allocate(capacity: 2)
    private var secret: UnsafeMutablePointer<curl_slist> { nodes }
    private var agent: UnsafeMutablePointer<curl_slist> { nodes + 1 }

    init(userAgent: String) {
        nodes.initialize(repeating: curl_slist(), count: 2)
        agent.pointee.data = strdup("User-Agent: \(userAgent)")
    }

    deinit {
        free(agent.pointee.data)
        nodes.deallocate()
    }

    /// The whole list for a request, valid until the next call or ``forget()``. It points to the secret's own bytes; the
    /// caller keeps the secret alive.
    func list(_ secret: SecretHeader?, before template: RequestTemplate) -> UnsafeMutablePointer<curl_slist>? {
        var first = template.headerList.first
        if !template.namesAgent {
            agent.pointee.next = first
            first = agent
        }
        guard let secret else { return first }
        self.secret.pointee = curl_slist(data: secret.pointer, next: first)
        return self.secret
    }

    func forget() { secret.pointee = curl_slist() }
}
