import Foundation
import Testing

/// The shipped files of `cron/`, checked by the programs that read them.
@Suite("The files under cron/")
struct CronFilesTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("cron")
    private static let analyze = "/usr/bin/systemd-analyze"
    static let hasSystemd = FileManager.default.isExecutableFile(atPath: analyze)

    /// Every variable that an operator sets, from the table of settings; `CREDENTIALS_DIRECTORY` and `STATE_DIRECTORY`
    /// are systemd's.
    private static let variables: Set<String> = [
        "DATABASE_URL", "DATABASE_URL_FILE", "BYOK_ENCRYPTION_KEY", "BYOK_ENCRYPTION_KEYS", "BYOK_ENCRYPTION_KEY_FILE",
        "KEYVIGIL_CONFIG",
        "KEYVIGIL_SMTP_URL", "KEYVIGIL_MAIL_DIRECTORY", "KEYVIGIL_MAIL_FROM", "KEYVIGIL_OPS_EMAIL",
        "KEYVIGIL_TEMPLATES", "KEYVIGIL_METRICS_FILE", "KEYVIGIL_HEARTBEAT_URL", "KEYVIGIL_CA_FILE",
    ]

    /// The shipped unit names the installed path, which a machine that builds does not have; the copy differs from it
    /// in that path only.
    @Test("systemd finds no fault in service and timer, with the built program", .enabled(if: hasSystemd))
    func verify() throws {
        try withUnits { service, timer in
            let result = try run(Self.analyze, ["verify", "--man=no", service, timer])
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output == "")
        }
    }

    @Test("systemd rates the service's exposure at 1.5 or better", .enabled(if: hasSystemd))
    func security() throws {
        let service = Self.folder.appendingPathComponent("keyvigil.service").path
        let result = try run(Self.analyze, ["security", "--offline=yes", "--no-pager", "--threshold=15", service])
        #expect(result.status == 0, "\(result.output.suffix(120))")
    }

    @Test(
        "The timer elapses each hour, also across a change to or from summer time", .enabled(if: hasSystemd),
        arguments: ["2027-03-27 12:00:00 UTC", "2027-10-30 12:00:00 UTC", "2027-12-31 12:00:00 UTC"])
    func calendar(start: String) throws {
        let schedule = try #require(lines("keyvigil.timer").first { $0.hasPrefix("OnCalendar=") }).dropFirst(11)
        let arguments = ["calendar", "--iterations=200", "--base-time=\(start)", String(schedule)]
        let result = try run(Self.analyze, arguments, environment: ["TZ": "Europe/Berlin"])
        let times = result.output.split(separator: "\n").filter { $0.contains("(in UTC): ") }.compactMap(Self.date)
        #expect(times.count == 200)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1.timeIntervalSince($0) == 3600 })
    }

    @Test(
        "The service has the settings that a run relies on",
        arguments: [
            "TimeoutStartSec=55min", "SuccessExitStatus=75", "User=keyvigil", "StateDirectory=keyvigil",
            "StateDirectoryMode=0700", "UMask=0077", "LimitCORE=0", "Environment=SWIFT_BACKTRACE=enable=no",
            "LoadCredential=key-ring:/etc/keyvigil/key-ring", "Environment=BYOK_ENCRYPTION_KEY_FILE=%d/key-ring",
        ])
    func service(line: String) throws {
        #expect(try lines("keyvigil.service").contains(line))
    }

    @Test("The environment example names every variable that operators set and no other")
    func environmentNames() throws {
        let names = try lines("keyvigil.env.example").compactMap { line -> String? in
            let setting = line.drop { $0 == "#" }
            guard let sign = setting.firstIndex(of: "="), setting[..<sign].allSatisfy({ $0.isUppercase || $0 == "_" })
            else { return nil }
            return String(setting[..<sign])
        }
        #expect(Set(names) == Self.variables)
    }

    @Test("A shell reads the environment example as systemd does, commented settings too")
    func environmentValues() throws {
        let path = Self.folder.appendingPathComponent("keyvigil.env.example").path
        let all = "sed 's/^#\\([A-Z_]*=\\)/\\1/' '\(path)' > \"$0\" && set -eua && . \"$0\" && env"
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("env-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let result = try run("/bin/sh", ["-c", all, copy])
        #expect(result.status == 0)
        #expect(result.output.contains("KEYVIGIL_SMTP_URL=smtps://user:password@mail.example.com:465\n"))
        #expect(result.output.contains("KEYVIGIL_MAIL_FROM=API keys <keys@example.com>\n"))
        #expect(result.output.contains("KEYVIGIL_CONFIG=/etc/keyvigil/keyvigil.yaml\n"))
    }

    @Test("The crontab starts a run each hour, as the user keyvigil, by a command that a shell accepts")
    func crontab() throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent("keyvigil.crontab"), encoding: .utf8)
        #expect(text.hasSuffix("\n"), "cron ignores a last line without its end")
        let job = try #require(try lines("keyvigil.crontab").last)
        let fields = job.split(separator: " ", maxSplits: 6).map(String.init)
        #expect(fields.prefix(6) == ["7", "*", "*", "*", "*", "keyvigil"])
        #expect(!job.contains("%"), "cron takes % for the end of the line")
        #expect(try run("/bin/sh", ["-n", "-c", fields[6]]).status == 0)
        #expect(fields[6].hasSuffix("exec /usr/bin/keyvigil run --max-duration 50m >/dev/null"))
    }

    private func lines(_ file: String) throws -> [String] {
        try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    private func withUnits(_ body: (_ service: String, _ timer: String) throws -> Void) throws {
        let copies = FileManager.default.temporaryDirectory.appendingPathComponent("units-\(UUID())")
        try FileManager.default.createDirectory(at: copies, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: copies) }
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("keyvigil").path
        try #require(FileManager.default.isExecutableFile(atPath: program), "no program at \(program)")
        let service = try lines("keyvigil.service").joined(separator: "\n")
        let built = service.replacing("ExecStart=/usr/bin/keyvigil ", with: "ExecStart=\(program) ")
        #expect(built != service)
        let files = (copies.appendingPathComponent("keyvigil.service"), copies.appendingPathComponent("keyvigil.timer"))
        try Data((built + "\n").utf8).write(to: files.0)
        try Data(contentsOf: Self.folder.appendingPathComponent("keyvigil.timer")).write(to: files.1)
        try body(files.0.path, files.1.path)
    }

    /// The time in a line such as `   (in UTC): Sat 2027-03-27 12:07:00 UTC`.
    private static func date(_ line: Substring) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return formatter.date(from: line.split(separator: " ").dropLast().suffix(2).joined(separator: " "))
    }

    private func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"].merging(environment) { _, new in new }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
