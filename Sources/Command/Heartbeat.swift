internal import Curl

/// A dead-man's switch: a web address that is asked at start, success and failure. Never in the way of the job.
struct Heartbeat {
    enum Ping: String {
        case start = "/start", success = "", fail = "/fail"
    }

    private let url: String?
    private let client: HTTPClient

    init(url: String?, client: HTTPClient) {
        self.url = url
        self.client = client
    }

    /// Asks and forgets; at most five seconds.
    func ping(_ ping: Ping) async {
        guard let url else { return }
        let template = RequestTemplate(url: url + ping.rawValue, timeout: .seconds(5), addresses: .any)
        _ = await client.send(HTTPRequest(tag: 0, template: template))
    }
}
