internal import Foundation
internal import Secrets

/// What a process that holds keys gives up at its start (ruling 28).
enum ProcessHardening {
    /// No core dumps, files for the owner alone, and crash signals as the kernel handles them: Swift's own crash report
    /// prints memory. A limit that may not be set, as under the unit's filter, is set already.
    static func apply() {
        umask(0o077)
        ProcessMemory.forbidDumps()
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV, SIGQUIT] { signal(number, SIG_DFL) }
        signal(SIGPIPE, SIG_IGN)
    }
}
