internal import Curl
internal import Database
internal import Revalidation

/// A dead-man's switch: a web address that is asked at start, success and failure. Never in the way of the job.
struct Heartbeat {
    enum Ping: String {
        case start = "/start", success = "", fail = "/fail"
    }

    let url: String?
    let options: HTTPClient.Options
    let stop: StopSignal

    /// Asks and forgets; at most five seconds, or one after a wish to stop. By a client of its own: the one that is
    /// stopped may be needed for the next ping.
    func ping(_ ping: Ping) async {
        guard let url, let client = try? HTTPClient(options) else { return }
        let template = RequestTemplate(url: Self.url(url, for: ping), timeout: .seconds(5), addresses: .any)
        _ = await stop.ending(client) { await client.send(HTTPRequest(tag: 0, template: template)) }
    }

    /// The word goes to the end of the path; behind it there may be a query.
    private static func url(_ url: String, for ping: Ping) -> String {
        let end = url.firstIndex { $0 == "?" || $0 == "#" } ?? url.endIndex
        return url[..<end] + ping.rawValue + url[end...]
    }
}
