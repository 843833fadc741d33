internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

extension ProviderView {
    /// The entry in sentences; where the settings change a value, the catalogue's stands beside it.
    func print() {
        Terminal.say(Terminal.styled("\(plain(provider.name)) (\(provider.id))", as: .bold))
        for (name, text) in facts {
            Terminal.say("  " + name.padding(toLength: 18, withPad: " ", startingAt: 0) + text)
        }
        Terminal.say("\nKeys look like")
        provider.keyShapes.forEach { Terminal.say("  " + plain($0.words)) }
        if provider.keyShapes.isEmpty { Terminal.say("  nothing in particular") }
        Terminal.say("\nAnswers: the first line that holds decides; without any the key is unrecognised (unknown)")
        provider.rules.forEach(say)
    }

    private var facts: [(String, String)] {
        [
            (
                "defined in",
                provider.file.map { plain("\($0), the operator's catalogue") } ?? "keyvigil's own catalogue"
            ),
            ("capabilities", provider.capabilities.map(\.rawValue).joined(separator: ", ")),
            ("enabled", override.enabled ? "yes" : "no (settings); its keys are left alone"),
            (
                "probe",
                plain("\(provider.probe.method) \(url)")
                    + mark(override.baseURL != nil, catalogue: plain(provider.baseURL))
            ),
            ("costs", costs), ("deep probe", deepProbe),
            ("authentication", authentication), ("headers", headers), ("parameters", parameters),
            ("host", host),
            ("negative control", negativeControl),
            ("canary", hasCanary ? "set" : "not set; providers.\(provider.id).canary_key may name a key known to work"),
            ("rate", rates), ("vectors", "\(answerCount)"), ("new keys", plain(provider.consoleURL)),
            ("mails say", plain(provider.remediationSteps.joined(separator: " "))),
            ("content hash", provider.contentHash),
        ]
    }

    private var costs: String {
        let cost = provider.probe.cost.map(plain) ?? "nothing: one request without tokens"
        let permission = provider.isProbeAllowed ? "allowed by probe.paid" : "not sent until probe.paid is true"
        let paid = provider.probe.isPaid ? "; a \(provider.probe.method), \(permission)" : ""
        return cost + (provider.probe.seesCredit ? "; tells of credit" : "") + paid
    }

    /// The probe of `check --deep`, and of a run with `probe.deep`.
    private var deepProbe: String {
        guard let probe = provider.deepProbe, let deepURL else {
            return provider.probe.seesCredit ? "the probe itself" : "none: nothing known tells of credit"
        }
        return plain("\(probe.method) \(deepURL); costs \(probe.cost ?? "nothing")")
    }

    private var authentication: String {
        let key = provider.authentication.user.map { "Base64 of \($0):KEY" } ?? "KEY"
        return plain("\(provider.authentication.header): \(provider.authentication.valuePrefix)\(key)")
    }

    private var host: String {
        if hasListedHosts { return "several, by parameter; keys of different hosts do not speak for each other" }
        return isHostFixed ? "one for all keys" : "one for each tenant"
    }

    private var headers: String {
        let lines = provider.probe.headers.sorted { $0.key < $1.key }.map { plain("\($0.key): \($0.value)") }
        return lines.isEmpty ? "none more" : lines.joined(separator: ", ")
    }

    private var parameters: String {
        let words = provider.parameters.map { parameter in
            let need = parameter.isRequired ? "required" : "optional"
            let part = parameter.part == .none ? "stored for the platform" : "in the \(parameter.part.rawValue)"
            let values = parameter.values.map { ": " + $0.keys.sorted().joined(separator: " or ") } ?? ""
            return plain("\(parameter.name) (\(need), \(part)\(values))")
        }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }

    private var negativeControl: String {
        guard provider.hasDeadRule else { return "none: no answer is called dead, so nothing can be disabled" }
        return "a made-up key must be refused" + (provider.isHostFixed ? "" : ", on the tenant's own host")
    }

    private var rates: String {
        "\(number(rate)) a second"
            + mark(override.ratePerSecond != nil, catalogue: number(provider.ratePerSecond))
            + ", \(number(tenantRate)) for one tenant"
            + mark(override.tenantRatePerSecond != nil, catalogue: number(provider.tenantRatePerSecond))
    }

    private func mark(_ isOverridden: Bool, catalogue original: String) -> String {
        isOverridden ? " (settings; catalogue: \(original))" : ""
    }

    private func say(_ rule: Rule) {
        let meaning = "\(rule.finding.verdict.rawValue), \(rule.finding.rawValue)"
        Terminal.say("  \(rule.place): \(meaning)\(rule.finding.verdict == .dead ? "; \(confirmation(rule))" : "")")
        Terminal.say("      " + plain(rule.condition))
    }

    /// How the job confirms a refusal: never sooner than after `confirmation.gap`, and for ambiguous rules over 3 days.
    private func confirmation(_ rule: Rule) -> String {
        let own = rule.confirmOver.map { Double($0.components.seconds) }
        switch rule.strength {
        case .specific: return "specific: refused once more after \(DurationText.text(max(gap, own ?? 0)))"
        case .ambiguous: return "ambiguous: refused twice more over \(DurationText.text(max(gap, own ?? 3 * 86_400)))"
        case .never: return "reported, never disabled"
        }
    }

    private func number(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? String(value) }

    private func plain(_ text: String) -> String { Printable(text, limit: 1000).description }
}

extension KeyShape {
    /// `standard: sk-…T3BlbkFJ…, 51 characters, alphanumeric`.
    fileprivate var words: String {
        let size =
            lengths.count == 1 ? "\(lengths.lowerBound)" : "\(lengths.lowerBound) to \(lengths.upperBound)"
        let middle = infix.isEmpty ? "…" : "…\(infix)…"
        return "\(type): \(prefix)\(middle), \(size) characters, \(alphabet.rawValue)"
    }
}
