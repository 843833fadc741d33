/// Every setting by its name in the file, with the environment variable that wins over it.
enum SettingNames {
    static let environment: [String: String] = [
        "database.url": "DATABASE_URL",
        "database.url_file": "DATABASE_URL_FILE",
        "encryption.key_file": "BYOK_ENCRYPTION_KEY_FILE",
        "mail.smtp_url": "KEYVIGIL_SMTP_URL",
        "mail.smtp_url_file": "KEYVIGIL_SMTP_URL_FILE",
        "mail.directory": "KEYVIGIL_MAIL_DIRECTORY",
        "mail.from": "KEYVIGIL_MAIL_FROM",
        "mail.operators": "KEYVIGIL_OPS_EMAIL",
        "templates": "KEYVIGIL_TEMPLATES",
        "metrics.file": "KEYVIGIL_METRICS_FILE",
        "heartbeat.url": "KEYVIGIL_HEARTBEAT_URL",
        "heartbeat.url_file": "KEYVIGIL_HEARTBEAT_URL_FILE",
        "probe.ca_file": "KEYVIGIL_CA_FILE",
    ]

    static let fileOnly: Set = [
        "mail.none", "mail.insecure", "probe.concurrency", "probe.timeout", "probe.paid", "probe.proxy", "probe.deep",
        "schedule.period", "confirmation.gap", "breaker.minimum", "breaker.sigma", "breaker.cap_share",
        "breaker.cap_minimum",
        "catalogue",
        "display.prefix_length", "display.hint", "policy.exhausted",
        "notices.max_backlog", "notices.expiring_days", "notices.console_url", "check.rc_file", "check.key_variable",
    ]

    /// Settings under `providers.NAME.`
    static let ofProvider: Set = [
        "base_url", "canary_key", "canary_key_file", "canary_params", "rate_per_second", "tenant_rate_per_second",
        "enabled", "allow_insecure_loopback", "check_key", "check_key_file", "platform_key", "platform_key_file",
    ]

    /// Settings of a provider that hold a key.
    static let keysOfProvider = [".canary_key", ".check_key", ".platform_key"]

    static let secrets: Set = ["mail.smtp_url", "heartbeat.url", "probe.proxy"]

    static let all = Set(environment.keys).union(fileOnly)

    /// Why a name is refused, or nil.
    static func objection(to name: String) -> String? {
        if isBlock(name) { return "\(name) is a block: write its settings below it, indented, as NAME: VALUE lines" }
        let parts = name.split(separator: ".").map(String.init)
        if parts.first == "providers" {
            if parts.count == 3, ofProvider.contains(parts[2]) { return nil }
            if parts.count > 3, parts[2] == "canary_params" { return "canary_params is a list, as in [resource=NAME]" }
            return "unknown setting \(name)" + suggestion(parts.last ?? "", among: ofProvider)
        }
        return all.contains(name) ? nil : "unknown setting \(name)" + suggestion(name, among: all)
    }

    /// Whether other settings stand below this name, such as `mail` or `providers.openai`.
    static func isBlock(_ name: String) -> Bool {
        let isProvider = name.hasPrefix("providers.") && name.split(separator: ".").count == 2
        return name == "providers" || isProvider || all.contains { $0.hasPrefix("\(name).") }
    }

    private static func suggestion(_ name: String, among names: Set<String>) -> String {
        let near = names.sorted().map { ($0, editDistance(from: $0, to: name)) }.min { $0.1 < $1.1 }
        guard let near, near.1 <= 3 else { return "; remove it" }
        return "; did you mean \(near.0)?"
    }

    /// Levenshtein's edit distance.
    private static func editDistance(from start: String, to end: String) -> Int {
        let other = Array(end)
        var row = Array(0...other.count)
        for (i, a) in start.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in other.enumerated() {
                let cost = a == b ? previous : min(previous, row[j], row[j + 1]) + 1
                previous = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[other.count]
    }
}
