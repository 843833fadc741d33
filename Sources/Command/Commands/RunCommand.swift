internal import ArgumentParser
internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Check what is due, disable what is dead, tell the tenants.",
        discussion:
            "Meant for cron or a systemd timer, hourly. Exit status 3: done, but a person should look; 75: the next run continues."
    )

    @OptionGroup var common: CommonOptions

    @Flag(help: "Every enabled key, due or not; gaps still apply.")
    var all = false

    @Option(help: "One tenant's keys.")
    var tenant: String?

    @Option(help: "One provider's keys.")
    var provider: String?

    @Option(help: "At most this many keys.")
    var limit: Int?

    @Option(help: ArgumentHelp("No new probe after this time.", valueName: "duration"))
    var maxDuration = "50m"

    @Flag(help: "Probe for real, write nothing but one audit row, send nothing.")
    var dryRun = false

    @Flag(help: "Queue notices and send none.")
    var noNotify = false

    func validate() throws {
        guard DurationText.seconds(maxDuration) != nil else {
            throw ValidationError("--max-duration must be a duration such as 50m")
        }
        guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit must be above 0") }
    }

    /// From the first moment on SIGTERM is a wish to stop: it ends a run, and a wait for a store that is away. A server
    /// that restarts at night is waited for at the start as it is later.
    func run() async throws {
        let signals = TerminationSignals()
        do {
            try await run(try Session(common, stop: signals.stop, patience: .seconds(25)))
        } catch let error as DatabaseError where signals.stop.isRaised && error.isAbsence {
            throw StoppedWithoutStore(error)
        }
    }

    private func run(_ session: Session) async throws {
        // While a server answers, the templates are read; what is wrong with them is told first all the same.
        async let opening = session.openVault(deep: session.settings.probesDeeply)
        // A dry run sends nothing, but whether tenants could be told decides what would follow.
        let outbox = dryRun ? try? session.outbox() : try session.outbox()
        let vault = try await opening
        if let provider { _ = try vault.provider(provider) }
        if let tenant { _ = try await vault.store.tenant(tenant) }
        let options = options(session)
        if options.timing.gap == 0 { Terminal.error("keyvigil: warning: confirmation.gap is 0s, for trials only") }
        let heartbeat = Heartbeat(
            url: dryRun ? nil : session.settings.heartbeatURL, options: vault.client.options, stop: session.stop)
        await heartbeat.ping(.start)
        let report: RunReport
        do {
            report = try await execute(vault, outbox, options)
        } catch {
            await heartbeat.ping(.fail)
            throw error
        }
        try show(report)
        await heartbeat.ping(report.exitStatus == 0 || report.exitStatus == 3 || report.madeProgress ? .success : .fail)
        if !dryRun { try MetricsFile(path: session.settings.metricsFile)?.write(report) }
        throw ExitCode(report.exitStatus)
    }

    private func execute(_ vault: KeyVault, _ outbox: Outbox?, _ options: RunOptions) async throws -> RunReport {
        let bar = ProgressBar("Checking keys")
        defer { bar.end() }
        return try await RevalidationRun(vault: vault, outbox: outbox, options: options) {
            bar.show(done: $0.done, of: $0.known)
        }.run()
    }

    private func options(_ session: Session) -> RunOptions {
        let settings = session.settings
        var options = RunOptions()
        options.stop = session.stop
        options.selection.all = all
        options.selection.tenantID = tenant
        options.selection.provider = provider
        options.selection.limit = limit
        options.timing = settings.timing
        options.brake = settings.brake
        options.concurrency = settings.concurrency
        options.maxDuration = DurationText.seconds(maxDuration) ?? options.maxDuration
        options.isDryRun = dryRun
        options.sendsNotices = !noNotify
        options.expiringDays = settings.expiringDays
        options.mostWaitingNotices = settings.mostWaitingNotices
        options.canaries = settings.canaries
        return options
    }

    private func show(_ report: RunReport) throws {
        if common.json {
            Terminal.say(try report.json())
        } else if Terminal.isRich(STDOUT_FILENO) {
            RunSummary(report).print()
        } else {
            Terminal.say(RunSummary(report).line)
        }
        if let line = RunSummary(report).complaint { Terminal.error("keyvigil: \(line)") }
    }
}
