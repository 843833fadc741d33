internal import Curl
internal import Database
internal import Revalidation

/// A dead man's switch: a monitoring service that alerts when a run does not report its start, success or failure.
///
/// A service that cannot be reached does not disturb the run.
struct Heartbeat {
    enum Ping: String {
        case start = "/start", success = "", fail = "/fail"
    }

    let url: String?
    let options: HTTPClient.Options
    let stop: StopSignal

    /// Sends a ping and ignores the answer; takes at most five seconds, or one after the stop signal.
    ///
    /// Each ping has a client of its own: the stop signal ends the client, and the last ping comes after it.
    func send(_ ping: Ping) async {
        guard let url, let client = try? HTTPClient(options) else { return }
        let template = RequestTemplate(url: Self.url(url, for: ping), timeout: .seconds(5), addresses: .any)
        _ = await stop.ending(client) { await client.send(HTTPRequest(tag: 0, template: template)) }
    }

    /// The ping's name goes to the end of the path, before a query.
    private static func url(_ url: String, for ping: Ping) -> String {
        let end = url.firstIndex { $0 == "?" || $0 == "#" } ?? url.endIndex
        return url[..<end] + ping.rawValue + url[end...]
    }
}
