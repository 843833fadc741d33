internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Revalidation

/// Everything that an operator sets.
struct Settings {
    var store: StorePlace
    var templates: String?
    var metricsFile: String?
    var heartbeatURL: String?
    var caFile: String?
    var proxy: String?
    var concurrency: Int
    var timeout: Duration
    /// Whether probes may be sent that are a POST or cost something.
    var paysForProbes: Bool
    /// Whether a run asks about credit too, where that is free or paid probes are allowed.
    var probesDeeply: Bool
    var timing: Timing
    var breaker: Breaker.Settings
    var catalogueFile: String?
    var display: KeyDisplay.Settings
    var skipsExhausted: Bool
    var mail: MailSettings
    var expiringDays: [Int]
    var mostWaitingNotices: Int
    var rcFile: String?
    /// The environment variable in which `check` looks for a key.
    var keyVariable: String
    /// Keys for `check` alone, by provider.
    var checkKeys: [String: KeySetting]
    /// The platform's own keys, by provider.
    var platformKeys: [String: KeySetting]
    var overrides: [String: ProviderOverride]
    var canaries: [String: Canary]
    var environment: [String: String]
    var keyFile: String?

    /// Reads the settings file and the environment, and checks every value.
    init(config: String?, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        let reader = SettingsReader(try SettingsSource(config: config, environment: environment))
        self.environment = environment
        store = try reader.store()
        templates = try reader.text("templates")
        metricsFile = try reader.text("metrics.file")
        heartbeatURL = try reader.secretWebAddress("heartbeat.url")
        caFile = try reader.certificates("probe.ca_file")
        proxy = try reader.proxy("probe.proxy")
        concurrency = try reader.integer("probe.concurrency", in: 1...1024) ?? 64
        timeout = .seconds(try reader.duration("probe.timeout", in: 1...300) ?? 20)
        paysForProbes = try reader.flag("probe.paid") ?? false
        probesDeeply = try reader.flag("probe.deep") ?? false
        timing = Timing(
            period: try reader.duration("schedule.period", in: Timing.day...90 * Timing.day) ?? 7 * Timing.day,
            gap: try reader.duration("confirmation.gap", in: 0...30 * Timing.day) ?? Timing.day)
        breaker = try reader.breaker()
        catalogueFile = try reader.file("catalogue")
        display = KeyDisplay.Settings(
            prefixLength: try reader.integer("display.prefix_length", in: 4...8) ?? 8,
            hint: try reader.choice("display.hint") ?? .prefix)
        skipsExhausted = try reader.choice("policy.exhausted", among: ["warn", "skip"]) == "skip"
        mail = try MailSettings(reader)
        expiringDays = try reader.integers("notices.expiring_days", in: 1...365) ?? [30, 14, 7, 1]
        mostWaitingNotices = try reader.integer("notices.max_backlog", in: 1...1_000_000) ?? 1000
        rcFile = try reader.text("check.rc_file")
        keyVariable = try reader.variable("check.key_variable") ?? "KEYVIGIL_KEY"
        checkKeys = try reader.keys("check_key")
        platformKeys = try reader.keys("platform_key")
        keyFile = try reader.text("encryption.key_file")
        overrides = try reader.overrides()
        canaries = try reader.canaries()
    }
}
