internal import Foundation

/// The name of a process, from which another on the same machine can tell whether the process still runs.
///
/// A lease on a SQLite store ends with its process: after a kill, the next run does not wait until the lease expires.
public struct RunnerIdentity: Sendable, Equatable, CustomStringConvertible {
    /// `BOOT/PIDNAMESPACE/PID/STARTTIME`.
    public let description: String

    /// This process.
    public static let current = RunnerIdentity(description: place + "/" + process("self", pid: getpid()))

    /// Whether `name` is a process of this boot and process namespace that has ended; false where that is not known.
    public static func isGone(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, !parts[0].isEmpty, parts[0...1].joined(separator: "/") == place,
            let pid = pid_t(parts[2])
        else { return false }
        if kill(pid, 0) == -1, errno == ESRCH { return true }
        // A process whose start time is hidden (an option of mounting /proc) counts as running.
        let now = process(parts[2], pid: pid)
        return now != "\(pid)/gone" && now != parts[2...3].joined(separator: "/")
    }

    private static let place: String = {
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        return boot.filter(\.isHexDigit) + "/" + namespace.filter(\.isNumber)
    }()

    /// Field 22 of `/proc/PID/stat` is the start time; fields are counted after the name's closing parenthesis.
    private static func process(_ directory: String, pid: pid_t) -> String {
        let stat = (try? String(contentsOfFile: "/proc/\(directory)/stat", encoding: .utf8)) ?? ""
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        return "\(pid)/" + (fields.count > 20 ? String(fields[20]) : "gone")
    }
}
