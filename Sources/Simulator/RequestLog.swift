public import struct Foundation.Date

/// One request as the simulator remembers it: no key in it.
public struct LoggedRequest: Sendable {
    /// The provider's id, as in the path.
    public let provider: String
    /// The key's public beginning at most, by the prefix rule.
    public let keyPrefix: String
    /// The method.
    public let method: String
    /// The path behind the provider's id, without the query.
    public let path: String
    /// The names of its headers, in lower case, sorted.
    public let headerNames: [String]
    /// When it came.
    public let time: Date
}

/// What was asked: the latest requests, and counts of all.
struct RequestLog {
    private static let longest = 10_000
    private(set) var latest: [LoggedRequest] = []
    private var counts: [String: [Int: Int]] = [:]

    mutating func add(_ request: LoggedRequest, key: String) {
        if latest.count >= Self.longest { latest.removeFirst(Self.longest / 2) }
        latest.append(request)
        counts[request.provider, default: [:]][key.hashValue, default: 0] += 1
    }

    func count(provider: String) -> Int { counts[provider]?.values.reduce(0, +) ?? 0 }

    /// Keys are counted by their hash, so that none is kept.
    func count(provider: String, key: String) -> Int { counts[provider]?[key.hashValue] ?? 0 }

    func distinctKeys(provider: String) -> Int { counts[provider]?.count ?? 0 }
}
