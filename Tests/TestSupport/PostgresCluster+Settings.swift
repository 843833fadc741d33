internal import Foundation

extension PostgresCluster {
    /// The directory of the newest installed version's programs.
    static func newestPrograms() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let usable = versions.compactMap(Int.init).filter {
            FileManager.default.isExecutableFile(atPath: "\(root)/\($0)/bin/initdb")
        }
        guard let newest = usable.max() else {
            throw TestSupportFailure(description: "PostgreSQL is not installed: run scripts/install-missing test")
        }
        return "\(root)/\(newest)/bin"
    }

    static func settings(_ port: Int, _ directory: String, isDurable: Bool) -> [String] {
        let onlyIfDurable = isDurable ? "on" : "off"
        return [
            "listen_addresses = '127.0.0.1'",
            "port = \(port)",
            "unix_socket_directories = '\(directory)'",
            "max_connections = 60",
            "shared_buffers = 32MB",
            "dynamic_shared_memory_type = mmap",  // in the directory, so that a killed server leaves nothing elsewhere
            "fsync = \(onlyIfDurable)",
            "full_page_writes = \(onlyIfDurable)",
            "autovacuum = on",
            "timezone = 'UTC'",
            "log_timezone = 'UTC'",
            "log_line_prefix = '%m [%p] %q%u@%d '",
        ]
    }

    /// Repeats `pg_ctl stop` until the files are gone, because the server may still be starting.
    static let cleaning = """
        wait_for_the_end
        cd /
        while [ -e "$2/data" ]; do
            "$1" -D "$2/data" -m immediate -w stop >/dev/null 2>&1
            rm -rf "$2" 2>/dev/null
        done
        """
}
