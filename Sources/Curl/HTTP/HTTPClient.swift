internal import CCurl

/// Many HTTP exchanges at once, over few connections, on one thread of its own.
///
/// HTTP/2 with many streams a connection where TLS offers it, else HTTP/1.1 with kept connections. Certificates are
/// always verified; redirects, cookies, `.netrc` and the environment's proxies are never used.
public final class HTTPClient: Sendable {
    /// Limits, and where operators may deviate.
    public struct Options: Sendable {
        /// The most requests on the wire at once; the others wait in the queue.
        public var maxInFlight = 64
        /// The most requests on one HTTP/2 connection; a server may set a lower limit, and further requests open another
        /// connection. libcurl visits all requests of a connection whenever data arrives on it, so many more would slow
        /// each other down.
        public var maxStreamsPerConnection = 64
        /// The most connections to one host. A request that waits for one uses up its timeout, so with HTTP/1.1 the limit
        /// should not be far below ``maxInFlight``.
        public var maxConnectionsPerHost = 64
        /// Whether TLS may negotiate HTTP/2. Its library (nghttp2) does not wipe the memory that it frees: where a key must
        /// not stay even in freed memory, use HTTP/1.1, whose buffers are libcurl's own and are wiped.
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

    /// What the client was made with.
    public let options: Options
    private let multi: MultiHandle
    private let mailbox = TransferMailbox()

    /// Starts the thread. Throws ``CurlSetupFailure`` when libcurl cannot be set up on this machine, or refuses an option.
    public init(_ options: Options = Options()) throws {
        self.options = options
        multi = try MultiHandle()
        try multi.set(CURLMOPT_MAX_CONCURRENT_STREAMS, to: options.maxStreamsPerConnection)
        try multi.set(CURLMOPT_MAX_HOST_CONNECTIONS, to: options.maxConnectionsPerHost)
        // Idle connections to keep open. libcurl's default is four for each transfer, and tenants have many hosts.
        try multi.set(CURLMOPT_MAXCONNECTS, to: 2 * options.maxInFlight)
        // Throws now, rather than with each request, for a missing authority file or a refused option.
        _ = try Transfer(options)
        try DedicatedThread.start { [multi, mailbox] in
            TransferLoop(multi: multi, mailbox: mailbox, options: options).run()
        }
    }

    deinit { stop(grace: .zero) }

    /// Queues requests without waiting. Each has exactly one completion in ``completions()``.
    package func submit(_ requests: [HTTPRequest]) {
        start(requests.map { TransferJob(request: $0, continuation: nil) })
    }

    /// Waits until at least one submitted request is complete and returns all that are, in order of completion.
    ///
    /// Empty only after ``stop(grace:)``, when the completion of every submitted request was returned. Cancelling the task
    /// has no effect: stop the client instead.
    package func completions() async -> [Completion] {
        await mailbox.next()
    }

    /// One exchange, whose completion is returned here and not by ``completions()``.
    package func send(_ request: HTTPRequest) async -> Completion {
        await withCheckedContinuation { start([TransferJob(request: request, continuation: $0)]) }
    }

    /// Accepts no more requests. Queued ones complete as ``TransportFailure/aborted`` at once; those on the wire may finish
    /// within `grace` and are aborted then. Returns without waiting for that.
    public func stop(grace: Duration) {
        mailbox.stop(at: .now + grace)
        multi.wake()
    }

    private func start(_ jobs: [TransferJob]) {
        if mailbox.submit(jobs) { return multi.wake() }
        let aborted = jobs.map { Completion(tag: $0.request.tag, result: .failure(.aborted), latency: .zero) }
        for (job, completion) in zip(jobs, aborted) { job.continuation?.resume(returning: completion) }
        mailbox.deliver(zip(jobs, aborted).filter { $0.0.continuation == nil }.map(\.1))
    }
}
