import Curl
import TestSupport

/// Requests with defaults, so that a test states only what matters.
enum HTTPFixture {
    static func get(
        _ url: String, secret: String? = nil, timeout: Duration = .seconds(30), addresses: AddressPolicy = .any,
        headers: [HeaderField] = [], kept: [String] = []
    ) throws -> HTTPRequest {
        let template = RequestTemplate(
            url: url, headers: headers, timeout: timeout, addresses: addresses, keptHeaders: kept)
        return HTTPRequest(tag: 0, template: template, secret: try secret.map { try bearer($0) })
    }

    static func bearer(_ secret: String) throws -> SecretHeader {
        let opening = try SecretHeader.Opening(name: "Authorization", prefix: "Bearer ")
        return try Array(secret.utf8).withUnsafeBytes { bytes throws(InvalidHeader) in
            try SecretHeader(opening, secret: bytes)
        }
    }

    static func client(caFile: String? = nil, _ change: (inout HTTPClient.Options) -> Void = { _ in }) throws
        -> HTTPClient
    {
        var options = HTTPClient.Options()
        options.caFile = caFile
        change(&options)
        return try HTTPClient(options)
    }
}

extension Completion {
    var failure: TransportFailure? {
        if case .failure(let failure) = result { failure } else { nil }
    }

    var response: HTTPResponse? { try? result.get() }

    var text: String { String(decoding: response?.body ?? [], as: UTF8.self) }
}

extension HTTPClient {
    /// All completions of what was submitted, in batches as they come.
    func collect(_ count: Int) async -> [Completion] {
        var all: [Completion] = []
        while all.count < count {
            let batch = await completions()
            if batch.isEmpty { break }
            all += batch
        }
        return all
    }
}
