internal import KeyVigil
internal import Revalidation
internal import Vocabulary

/// The result of `check`, without the key.
struct CheckedKey {
    let observation: Observation
    let level: KeyLevels.Level
    let prefix: String

    /// Where the key was found. An explicit key comes from standard input.
    var source: String { level == .explicit ? "stdin" : level.rawValue }

    func sentence(_ provider: Provider) -> String {
        FindingMessages.message(observation, provider: provider.name).text + ", key from \(source)"
    }

    /// 3 where the key works and a deep check did not see credit: a person should look.
    func exitStatus(deep: Bool) -> Int32 {
        let isUnproved = observation.verdict == .alive && observation.finding != .valid
        return deep && isUnproved ? 3 : observation.verdict.exitStatus
    }

    /// Why the exit status is not 0, and what to do.
    func complaint(_ provider: Provider, deep: Bool) -> String? {
        switch observation.verdict {
        case .dead:
            "\(observation.finding.rawValue) key: \(provider.name) refuses it; make a new one at \(provider.consoleURL)"
        case .unknown: "nothing proved: \(provider.name) called the key neither alive nor dead"
        case .alive: deep ? creditComplaint(provider) : nil
        }
    }

    private func creditComplaint(_ provider: Provider) -> String? {
        switch observation.finding {
        case .exhausted:
            "insufficient credit: \(provider.name) accepts the key, and its account has nothing left to spend; add credit"
        case .restricted:
            "credit not seen: \(provider.name) accepts the key, whose permissions do not show it; check with another"
        default: nil
        }
    }

    func printJSON(of provider: Provider, deep: Bool) {
        let fields: KeyValuePairs<String, JSONLine.Value> = [
            "provider": .text(provider.id), "source": .text(source), "verdict": .text(observation.verdict.rawValue),
            "finding": .text(observation.finding.rawValue), "http_status": .number(observation.httpStatus),
            "provider_code": .text(observation.classification.providerCode), "prefix": .text(prefix),
            "latency_ms": .number(Int(observation.latency / .milliseconds(1))),
        ]
        JSONLine.print(fields, and: deep ? ["deep": .flag(true), "cost": .text(provider.probe.cost)] : [:])
    }
}
