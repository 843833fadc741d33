internal import CCurl

/// One reusable easy handle with what its callbacks collect. Used by the thread of the transfers only.
final class Transfer {
    let easy: EasyHandle
    /// Where libcurl's callbacks put what comes in: by its address, for they come several times for each answer.
    let parts: UnsafeMutablePointer<ResponseParts>
    var sawBlockedAddress = false
    private(set) var job: TransferJob?
    private(set) var wasRetried = false

    private var configured: RequestTemplate?
    /// Microseconds of the attempts before this one.
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
        try easy.set(CURLOPT_HTTPHEADER, leading.list(job.request.secret, before: template))
        try resetForAttempt(fresh: job.request.freshConnection)
    }

    /// Makes the handle ready for the same job again, on a new connection and within what is left of its time.
    func prepareRetry() throws(CurlSetupFailure) {
        guard let template else { return }
        // Before it is spent, which its latency counts, too.
        let left = template.timeout - latency
        spent = microseconds
        wasRetried = true
        try setTimeout(max(left, .milliseconds(1)))
        configured = nil
        try resetForAttempt(fresh: true)
    }

    /// Lets go of the job and its key. The handle keeps its settings for the next request of the same template.
    func release() {
        job = nil
        leading.forget()
        curl_easy_setopt_list(easy.pointer, CURLOPT_HTTPHEADER, nil)
    }

    /// Of all attempts together.
    var latency: Duration { .microseconds(microseconds) }
    /// The same as a number.
    var microseconds: Int { spent + Int(easy.offset(CURLINFO_TOTAL_TIME_T)) }

    func outcome(_ code: CURLcode) -> Result<HTTPResponse, TransportFailure> {
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
        try easy.set(CURLOPT_FRESH_CONNECT, fresh ? 1 : 0)
    }

    private func configure(_ template: RequestTemplate) throws(CurlSetupFailure) {
        configured = nil
        try easy.set(CURLOPT_URL, template.url)
        // Taken apart once: libcurl otherwise does it for each request, and puts it together again.
        try easy.set(CURLOPT_CURLU, url.parse(template.url) ? UnsafeRawPointer(url.pointer) : nil)
        try setMethod(template.method)
        try setTimeout(template.timeout)
        // Ends an answer that announces its size at once; the write callback catches the others.
        try easy.set(CURLOPT_MAXFILESIZE, template.longestBody)
        parts.pointee.bodyLimit = template.longestBody
        parts.pointee.keptNames = template.keptNames
        // With TLS, wait for a connection that others are opening: it may turn out to be HTTP/2. Without, it never does.
        try easy.set(CURLOPT_PIPEWAIT, template.isSecure ? 1 : 0)
        let isHTTPAllowed = template.addresses == .any
        try Curl.check(
            isHTTPAllowed
                ? curl_easy_setopt_protocols(easy.pointer, "http,https", Int(CURLPROTO_HTTP | CURLPROTO_HTTPS))
                : curl_easy_setopt_protocols(easy.pointer, "https", Int(CURLPROTO_HTTPS)), "allowed protocols")
        configured = template
    }

    private func setMethod(_ method: RequestTemplate.Method) throws(CurlSetupFailure) {
        switch method {
        case .get: try easy.set(CURLOPT_HTTPGET, 1)
        case .post(let body):
            try easy.set(CURLOPT_POST, 1)
            try easy.set(CURLOPT_POSTFIELDSIZE, body.count)
            // The zero at the end keeps an empty body from being no pointer at all.
            let code = (body + [0]).withUnsafeBytes {
                curl_easy_setopt_pointer(easy.pointer, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
            }
            try Curl.check(code, "request body")
        }
    }

    private func setTimeout(_ timeout: Duration) throws(CurlSetupFailure) {
        let milliseconds = max(1, Int(timeout / .milliseconds(1)))
        try easy.set(CURLOPT_TIMEOUT_MS, milliseconds)
        try easy.set(CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, 10_000))
    }
}

/// A request on its way, and who waits for its end. A class because it goes from queue to queue.
final class TransferJob: Sendable {
    let request: HTTPRequest
    /// Nothing: it goes into the stream of batches.
    let continuation: CheckedContinuation<Completion, Never>?

    init(request: HTTPRequest, continuation: CheckedContinuation<Completion, Never>?) {
        self.request = request
        self.continuation = continuation
    }
}
