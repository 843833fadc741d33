package import struct Foundation.Date

/// One request that the simulator received, without its key.
package struct LoggedRequest: Sendable {
    /// The provider's id, as in the path.
    package let provider: String
    /// The key's first characters, as many as `KeyDisplay` shows of a key; empty where there was no key.
    package let keyPrefix: String
    /// The method, such as `GET`.
    package let method: String
    /// The path below the provider's id, without the query.
    package let path: String
    /// The names of its headers, in lower case, sorted.
    package let headerNames: [String]
    /// When it was received.
    package let time: Date
}

/// The latest requests, and counts of all.
struct RequestLog {
    private static let capacity = 10_000
    private(set) var latest: [LoggedRequest] = []
    /// By provider, then by the key's hash, so that no key is kept.
    private var counts: [String: [Int: Int]] = [:]

    mutating func append(_ request: LoggedRequest, key: String) {
        if latest.count >= Self.capacity { latest.removeFirst(Self.capacity / 2) }
        latest.append(request)
        counts[request.provider, default: [:]][key.hashValue, default: 0] += 1
    }

    func count(provider: String) -> Int { counts[provider]?.values.reduce(0, +) ?? 0 }

    func count(provider: String, key: String) -> Int { counts[provider]?[key.hashValue] ?? 0 }

    func distinctKeys(provider: String) -> Int { counts[provider]?.count ?? 0 }
}
