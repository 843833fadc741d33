internal import CCurl
internal import Glibc

/// Runs work that blocks on a thread of its own: it must never hold a thread of the cooperative pool.
enum DedicatedThread {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func start(_ body: @escaping @Sendable () -> Void) throws(CurlSetupFailure) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                DedicatedThread.blockBrokenPipeSignal()
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                // The C library reuses the stack for the next thread.
                curl_wipe_stack()
                return nil
            },
            work.toOpaque())
        guard code == 0 else {
            work.release()
            throw CurlSetupFailure(operation: "starting a thread", code: Int(code), message: "out of resources")
        }
        pthread_detach(thread)
    }

    /// With `CURLOPT_NOSIGNAL`, libcurl does not block SIGPIPE, which OpenSSL's writes can raise: a server that closes early
    /// must not end the process.
    private static func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
