internal import COpenSSL

/// Protection of the process's memory by the kernel.
package enum ProcessMemory {
    /// Forbids core dumps, whatever the limits and the core handler say, and tracing by processes of the same user.
    package static func forbidDumps() { _ = keyvigil_forbid_dumps() }
}
