internal import Foundation
internal import Secrets

/// What the process does at its start so that keys do not leave it through dumps, files or crash reports (ruling 28).
enum ProcessHardening {
    /// Switches core dumps off, makes new files readable for their owner alone, and leaves crash signals to the kernel,
    /// as Swift's own crash report prints memory.
    ///
    /// Ignores a limit that may not be set: a system call filter that forbids it comes with a unit that has set it.
    static func apply() {
        umask(0o077)
        ProcessMemory.forbidDumps()
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV, SIGQUIT] { signal(number, SIG_DFL) }
        signal(SIGPIPE, SIG_IGN)
    }
}
