internal import CCurl
internal import Glibc

/// The lines that stand before a template's own in one handle's requests: the secret and the program's name.
///
/// The name is a line like any other because libcurl would print that option twice for each request.
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

    /// The whole list for a request. It holds the secret's own text, not a copy, and is valid until the next call or
    /// ``forget()``.
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
