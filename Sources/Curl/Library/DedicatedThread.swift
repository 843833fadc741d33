internal import CCurl
internal import Glibc

/// A thread of its own for work that blocks, which must never sit on the cooperative pool.
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
                // The C library keeps the stack, for the next thread.
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

    /// libcurl leaves SIGPIPE alone when told to use no signals (`CURLOPT_NOSIGNAL`), and OpenSSL's own writes can
    /// raise it: a server that closes early must not end the process.
    private static func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
