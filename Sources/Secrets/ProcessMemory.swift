internal import COpenSSL

/// What a process that holds secrets asks of the kernel.
public enum ProcessMemory {
    /// No core dump, whatever the limits and the core handler say, and no tracing by processes of the same user.
    public static func forbidDumps() { _ = keyvigil_forbid_dumps() }
}
