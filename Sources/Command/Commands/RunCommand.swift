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

    /// SIGTERM and SIGINT stop the run in good order from the beginning, while it waits for the store too. A database
    /// server that restarts is waited for, as it is during the run.
    func run() async throws {
        let signals = TerminationSignals()
        do {
            try await run(try Session(common, stop: signals.stop, serverWait: .seconds(25)))
        } catch let error as DatabaseError where signals.stop.isRaised && error.isUnavailableOrBusy {
            throw StoppedWithoutStore(error)
        }
    }

    private func run(_ session: Session) async throws {
        // The templates are read while a server is connected to. Their errors are reported first, as with a file.
        async let opening = session.openVault(deep: session.settings.probesDeeply)
        // A dry run sends nothing, but needs to know whether it could: keys are disabled only where tenants can be told.
        let outbox = dryRun ? try? session.outbox() : try session.outbox()
        let vault = try await opening
        if let provider { _ = try vault.provider(provider) }
        if let tenant { _ = try await vault.store.tenant(tenant) }
        let options = options(session)
        if options.timing.gap == 0 { Terminal.error("keyvigil: warning: confirmation.gap is 0s, for trials only") }
        let heartbeat = Heartbeat(
            url: dryRun ? nil : session.settings.heartbeatURL, options: vault.client.options, stop: session.stop)
        await heartbeat.send(.start)
        let report: RunReport
        do {
            report = try await execute(options, vault: vault, outbox: outbox)
        } catch {
            await heartbeat.send(.fail)
            throw error
        }
        try show(report)
        await heartbeat.send(report.exitStatus == 0 || report.exitStatus == 3 || report.madeProgress ? .success : .fail)
        if !dryRun { try MetricsFile(path: session.settings.metricsFile)?.write(report) }
        throw ExitCode(report.exitStatus)
    }

    private func execute(_ options: RunOptions, vault: KeyVault, outbox: Outbox?) async throws -> RunReport {
        let bar = ProgressBar("Checking keys")
        defer { bar.end() }
        return try await RevalidationRun(vault: vault, outbox: outbox, options: options) {
            bar.show(done: $0.done, of: $0.due)
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
        options.breaker = settings.breaker
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
