internal import CCurl

/// One reusable easy handle with what its callbacks collect. Only the thread of the transfers uses it.
final class Transfer {
    let easy: EasyHandle
    /// Where libcurl's callbacks put what arrives. They get its address, because they run several times for each answer.
    let parts: UnsafeMutablePointer<ResponseParts>
    var sawBlockedAddress = false
    private(set) var job: TransferJob?
    private(set) var wasRetried = false

    private var configured: RequestTemplate?
    /// The time of earlier attempts, in microseconds.
    private var spent = 0
    private let isProxied: Bool
    private let url: URLHandle
    private let leading: LeadingHeaders

    init(_ options: HTTPClient.Options) throws(CurlSetupFailure) {
        easy = try EasyHandle()
        isProxied = options.proxy != nil
        url = try URLHandle()
        leading = LeadingHeaders(userAgent: options.userAgent)
        parts = .allocate(capacity: 1)
        parts.initialize(to: ResponseParts())
        try applyFixedOptions(options)
    }

    deinit {
        parts.deinitialize(count: 1)
        parts.deallocate()
    }

    var template: RequestTemplate? { job?.request.template }

    /// Whether the addresses seen by the callbacks are the server's and must be public.
    var mustBePublic: Bool { template?.addresses != .any && !isProxied }

    /// Makes the handle ready for a job.
    func prepare(_ job: TransferJob) throws(CurlSetupFailure) {
        self.job = job
        wasRetried = false
        spent = 0
        let template = job.request.template
        if configured !== template { try configure(template) }
        try easy.set(CURLOPT_HTTPHEADER, to: leading.list(job.request.secret, before: template))
        try resetForAttempt(fresh: job.request.freshConnection)
    }

    /// Makes the handle ready for the same job again, on a new connection and within the rest of its timeout.
    func prepareRetry() throws(CurlSetupFailure) {
        guard let template else { return }
        // Read before `spent` changes, which is a part of the latency.
        let left = template.timeout - latency
        spent = microseconds
        wasRetried = true
        try setTimeout(max(left, .milliseconds(1)))
        configured = nil
        try resetForAttempt(fresh: true)
    }

    /// Releases the job and its key. The handle keeps its settings for the next request of the same template.
    func release() {
        job = nil
        leading.forget()
        curl_easy_setopt_list(easy.pointer, CURLOPT_HTTPHEADER, nil)
    }

    /// The time of all attempts together.
    var latency: Duration { .microseconds(microseconds) }
    var microseconds: Int { spent + Int(easy.offset(CURLINFO_TOTAL_TIME_T)) }

    /// The answer, or why there is none, after libcurl ended the transfer with this code.
    func result(for code: CURLcode) -> Result<HTTPResponse, TransportFailure> {
        guard code != CURLE_OK else {
            return .success(
                HTTPResponse(
                    status: easy.info(CURLINFO_RESPONSE_CODE), contentType: parts.pointee.contentType,
                    headers: parts.pointee.headers, body: parts.pointee.body))
        }
        if parts.pointee.isTooLarge { return .failure(.tooLarge) }
        let isConnecting = code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK
        return .failure(sawBlockedAddress && isConnecting ? .blockedAddress : TransportFailure(code))
    }

    private func resetForAttempt(fresh: Bool) throws(CurlSetupFailure) {
        parts.pointee.reset()
        sawBlockedAddress = false
        try easy.set(CURLOPT_FRESH_CONNECT, to: fresh ? 1 : 0)
    }

    private func configure(_ template: RequestTemplate) throws(CurlSetupFailure) {
        configured = nil
        try easy.set(CURLOPT_URL, to: template.url)
        // Parsed once: libcurl otherwise parses and reassembles the URL for each request.
        try easy.set(
            CURLOPT_CURLU,
            to: url.parse(template.url, flags: Int(CURLU_DISALLOW_USER)) ? UnsafeRawPointer(url.pointer) : nil)
        try setMethod(template.method)
        try setTimeout(template.timeout)
        // Ends an answer that announces its size at once; the write callback catches the others.
        try easy.set(CURLOPT_MAXFILESIZE, to: template.longestBody)
        parts.pointee.bodyLimit = template.longestBody
        parts.pointee.keptNames = template.keptNames
        // With TLS, wait for a connection that others are opening: it may turn out to be HTTP/2. Without, it never does.
        try easy.set(CURLOPT_PIPEWAIT, to: template.isSecure ? 1 : 0)
        let isHTTPAllowed = template.addresses == .any
        try Curl.check(
            isHTTPAllowed
                ? curl_easy_setopt_protocols(easy.pointer, "http,https", Int(CURLPROTO_HTTP | CURLPROTO_HTTPS))
                : curl_easy_setopt_protocols(easy.pointer, "https", Int(CURLPROTO_HTTPS)),
            operation: "allowed protocols")
        configured = template
    }

    private func setMethod(_ method: RequestTemplate.Method) throws(CurlSetupFailure) {
        switch method {
        case .get: try easy.set(CURLOPT_HTTPGET, to: 1)
        case .post(let body):
            try easy.set(CURLOPT_POST, to: 1)
            try easy.set(CURLOPT_POSTFIELDSIZE, to: body.count)
            // The zero at the end keeps an empty body from being no pointer at all.
            let code = (body + [0]).withUnsafeBytes {
                curl_easy_setopt_pointer(easy.pointer, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
            }
            try Curl.check(code, operation: "request body")
        }
    }

    private func setTimeout(_ timeout: Duration) throws(CurlSetupFailure) {
        let milliseconds = max(1, Int(timeout / .milliseconds(1)))
        try easy.set(CURLOPT_TIMEOUT_MS, to: milliseconds)
        try easy.set(CURLOPT_CONNECTTIMEOUT_MS, to: min(milliseconds, 10_000))
    }
}

/// A request on its way, and the caller that waits for it. A class, because it moves from queue to queue.
final class TransferJob: Sendable {
    let request: HTTPRequest
    /// Nil where the completion goes into the stream of batches.
    let continuation: CheckedContinuation<Completion, Never>?

    init(request: HTTPRequest, continuation: CheckedContinuation<Completion, Never>?) {
        self.request = request
        self.continuation = continuation
    }
}
