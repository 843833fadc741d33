internal import CCurl

/// Many HTTP exchanges at once, over few connections, on one thread of its own.
///
/// HTTP/2 with many streams a connection where TLS offers it, else HTTP/1.1 with kept connections. Certificates are
/// always verified; redirects, cookies, `.netrc` and the environment's proxies are never used.
public final class HTTPClient: Sendable {
    /// Limits, and where operators may deviate.
    public struct Options: Sendable {
        /// Requests on the wire at once; the others wait in the queue.
        public var maxInFlight = 64
        /// A server may set a lower limit; more requests than that open a further connection. libcurl looks at all
        /// requests of a connection whenever something comes in on it, so many more of them would cost each other time.
        public var maxStreamsPerConnection = 64
        /// Requests beyond it wait within their timeout, so it should not be far below ``maxInFlight`` for HTTP/1.1.
        public var maxConnectionsPerHost = 64
        /// Whether TLS may bring HTTP/2. Its library does not wipe what it frees: where a key must not stay in memory, not
        /// even in freed memory, speak HTTP/1.1, whose buffers are libcurl's own and are wiped.
        public var isHTTP2Allowed = true
        /// A PEM file of certificate authorities, to be trusted instead of the system's.
        public var caFile: String?
        /// An egress proxy, such as `http://proxy:3128`. With one, ``AddressPolicy`` cannot be enforced here.
        public var proxy: String?
        /// The `User-Agent` header.
        public var userAgent = "keyvigil"

        /// The defaults.
        public init() {}
    }

    /// What it was made with; another client of the same kind has the same.
    public let options: Options
    private let multi: MultiHandle
    private let traffic = Traffic()

    /// Starts the thread. Throws when libcurl cannot be set up on this machine.
    public init(_ options: Options = Options()) throws {
        self.options = options
        multi = try MultiHandle()
        try multi.set(CURLMOPT_MAX_CONCURRENT_STREAMS, options.maxStreamsPerConnection)
        try multi.set(CURLMOPT_MAX_HOST_CONNECTIONS, options.maxConnectionsPerHost)
        // Kept open when idle. Tenants' own hosts are many: libcurl's default would hold four for each request.
        try multi.set(CURLMOPT_MAXCONNECTS, 2 * options.maxInFlight)
        // Reports a missing authority file or a refused option now rather than with each request.
        _ = try Transfer(options)
        try DedicatedThread.start { [multi, traffic] in
            TransferLoop(multi: multi, traffic: traffic, options: options).run()
        }
    }

    deinit { stop(grace: .zero) }

    /// Queues requests without waiting. Each gives exactly one completion in ``completions()``.
    public func submit(_ requests: [HTTPRequest]) {
        start(requests.map { TransferJob(request: $0, continuation: nil) })
    }

    /// Waits until at least one submitted request is complete and hands over all that are, in order of completion.
    ///
    /// Empty only after ``stop(grace:)``, when every submitted request's completion was handed over. Does not react to
    /// cancellation of the task: stop the client instead.
    public func completions() async -> [Completion] {
        await traffic.next()
    }

    /// One exchange, apart from the stream of batches.
    public func send(_ request: HTTPRequest) async -> Completion {
        await withCheckedContinuation { start([TransferJob(request: request, continuation: $0)]) }
    }

    /// Takes no more requests. Queued ones complete as ``TransportFailure/aborted`` at once, those on the wire may finish
    /// within `grace` and are aborted then. Returns without waiting for that.
    public func stop(grace: Duration) {
        traffic.stop(at: .now + grace)
        multi.wake()
    }

    private func start(_ jobs: [TransferJob]) {
        if traffic.submit(jobs) { return multi.wake() }
        let aborted = jobs.map { Completion(tag: $0.request.tag, result: .failure(.aborted), latency: .zero) }
        for (job, completion) in zip(jobs, aborted) { job.continuation?.resume(returning: completion) }
        traffic.deliver(zip(jobs, aborted).filter { $0.0.continuation == nil }.map(\.1))
    }
}
