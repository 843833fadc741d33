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
        let template = RequestTemplate(url: url + ping.rawValue, timeout: .seconds(5), addresses: .any)
        _ = await stop.ending(client) { await client.send(HTTPRequest(tag: 0, template: template)) }
    }
}
