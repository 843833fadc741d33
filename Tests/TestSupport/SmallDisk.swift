internal import Foundation

/// A small file system in memory, for tests of a full disk; unmounted with the last reference to it, or when the test
/// process ends.
///
/// Only root can mount one: ask ``isPossible`` first.
public final class SmallDisk: Sendable {
    /// Whether this process may mount file systems.
    public static let isPossible =
        geteuid() == 0
        && (try? TemporaryDirectory()).map { directory in
            let isMounted =
                (try? ServerProcess.run("/bin/mount", ["-t", "tmpfs", "none", directory.url.path], in: directory))
                != nil
            if isMounted { _ = try? ServerProcess.run("/bin/umount", ["--lazy", directory.url.path], in: directory) }
            return isMounted
        } == true

    private let place: TemporaryDirectory
    private let watchdog: Watchdog

    /// Mounts one of so many megabytes; with `isForServer` the user of the database servers owns it.
    ///
    /// - Throws: ``TestSupportFailure`` where this process may not mount file systems.
    public init(megabytes: Int, isForServer: Bool = false) throws {
        let place = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: place.path("disk"), withIntermediateDirectories: false)
        let options = "size=\(megabytes)m,mode=0700"
        try ServerProcess.run(
            "/bin/mount", ["-t", "tmpfs", "-o", options, "none", place.path("disk")], in: place)
        self.place = place
        if isForServer { try ServerUser.own(place) }
        watchdog = try Watchdog(
            "wait_for_the_end\numount --lazy \"$1\"\n", [place.path("disk")], in: place, asRoot: true)
    }

    deinit { watchdog.stop() }

    /// Path of its mount point.
    public var path: String { place.path("disk") }

    /// Makes an empty directory on it, with the same owner.
    public func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: false)
        try ServerProcess.run("/bin/chown", ["--reference", path, "\(path)/\(name)"], in: place)
    }

    /// Writes a file that leaves so many bytes free.
    ///
    /// - Throws: ``TestSupportFailure`` with `errno` where the disk's state cannot be read.
    public func fill(leaving bytes: Int) throws {
        var state = statvfs()
        guard statvfs(path, &state) == 0 else { throw TestSupportFailure(description: "no disk: errno \(errno)") }
        let free = Int(state.f_bavail) * Int(state.f_frsize)
        try Data(count: max(free - bytes, 0)).write(to: URL(filePath: "\(path)/ballast"))
    }

    /// Removes the file that ``fill(leaving:)`` wrote.
    public func empty() throws { try FileManager.default.removeItem(atPath: "\(path)/ballast") }
}
