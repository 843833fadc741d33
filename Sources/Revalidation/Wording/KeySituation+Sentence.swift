internal import Database
internal import Foundation
internal import KeyVigil
internal import Vocabulary

extension KeySituation {
    /// The state and its reason, in a few sentences that an operator understands without the manual.
    ///
    /// - Parameter provider: the provider's name for people.
    package func sentence(provider: String) -> Sentence {
        Sentence(Wording.list(words(provider), by: " "))
    }

    private func words(_ provider: String) -> [String?] {
        switch self {
        case .gone(let date, let lastChange): Self.gone(deletedAt: date, lastChange: lastChange)
        case .revoked(let date):
            ["Revoked by an operator\(Self.on(date)), which is for good: it is neither used nor asked about any more."]
        case .disabledByOperator(let date):
            ["Disabled by an operator\(Self.on(date)); the job leaves it alone until `keyvigil keys enable`."]
        case .disabledByJob(let date, let finding, let grounds):
            ["Disabled by the job\(Self.on(date)).", finding.words(provider: provider), grounds?.sentenceOfGrounds]
        case .notProbed(let reason): ["In use, but not checked: \(reason.words(provider: provider))."]
        case .suspected(let since, let finding, let isHeldByBreaker, let held):
            Self.suspected(
                since: since, because: finding.words(provider: provider), held: held, isHeldByBreaker: isHeldByBreaker)
        case .uncheckable(let facts): ["In use, but \(facts.words(provider: provider))"]
        case .overdue(let days, let since, let finding):
            [Self.overdue(days: days, since: since), finding?.words(provider: provider) ?? Self.noRun]
        case .unchecked: ["In use; it was not checked yet."]
        case .withoutCredit(let since):
            ["In use, but its account has no credit since \(UTCText.minute(since)); the tenant has to top it up."]
        case .accepted(let date, let isRestricted): [Self.accepted(at: date, isRestricted: isRestricted, by: provider)]
        case .refusedWithoutEffect(let date, let finding): Self.refused(at: date, as: finding, by: provider)
        case .enabledSinceRefusal(let date, let refusedAt, let finding):
            [Self.enabled(date, refusedAt: refusedAt), finding.words(provider: provider)]
        case .unknown(let finding, let date): Self.unknown(finding, lastConclusiveAt: date, by: provider)
        }
    }

    private static func gone(deletedAt date: Date?, lastChange: AuditLine?) -> [String?] {
        [
            date.map { "It was deleted on \(UTCText.minute($0))." } ?? "It is not in the store.",
            lastChange.map { "Its last change was \($0.event) on \(UTCText.minute($0.at))." },
        ]
    }

    private static func accepted(at date: Date, isRestricted: Bool, by provider: String) -> String {
        "In use and fine: \(provider) accepted it\(on(date))\(isRestricted ? ", with restricted permissions" : "")."
    }

    private static func refused(at date: Date, as finding: Finding, by provider: String) -> [String?] {
        let effect = "this refusal is only reported and disables no key"
        return ["In use, but \(provider) refused it\(on(date)); \(effect).", finding.words(provider: provider)]
    }

    private static func enabled(_ date: Date, refusedAt: Date) -> String {
        "Enabled\(on(date)) and not checked since; refused before that,\(on(refusedAt))."
    }

    private static func unknown(_ finding: Finding, lastConclusiveAt: Date?, by provider: String) -> [String?] {
        let before = lastConclusiveAt.map { "The last yes or no came\(on($0))." }
        return ["In use; the last check told nothing.", finding.words(provider: provider), before]
    }

    private static func suspected(
        since: Date, because reason: String, held: Held?, isHeldByBreaker: Bool
    ) -> [String?] {
        let start = "Suspected since \(UTCText.minute(since))"
        guard let held else {
            let breaker = "The breaker of its provider is open, so nothing is disabled until it closes."
            return [
                "\(start), and in use until a further refusal confirms it.", reason, isHeldByBreaker ? breaker : nil,
            ]
        }
        let why = held.facts.map { ": \(held.isPredictionValid ? $0.words : $0.wordsOfReason)" } ?? ""
        return ["\(start), in use, and\(on(held.at)) held\(why).", reason]
    }

    private static func overdue(days: Int, since: Date?) -> String {
        let start = since.map { "since \(UTCText.minute($0))" } ?? "since it was added"
        let age = "more than \(Wording.count(days, "day")) ago"
        return "Overdue: in use, but no check has said yes or no \(start), \(age)."
    }

    private static let noRun = "No run has asked: see `keyvigil status`, and whether the job is started."

    private static func on(_ date: Date?) -> String { date.map { " on \(UTCText.minute($0))" } ?? "" }
}

extension Grounds {
    fileprivate var sentenceOfGrounds: String { "The grounds: \(words)." }
}

extension NotProbed {
    func words(provider: String) -> String {
        switch self {
        case .byokOff: "the tenant may not bring keys (`keyvigil tenants set --byok on`)"
        case .planned(let id): "the provider \(id) is planned and not live yet"
        case .unknownProvider(let id): "this program does not know the provider \(id); install a newer one"
        case .providerOff(let id): "the settings disable \(provider) (providers.\(id).enabled)"
        case .unpaid: "a check at \(provider) costs money, and the settings do not allow it (probe.paid)"
        }
    }
}

extension KeySituation.Uncheckable {
    /// What is wrong since when, and who can repair it.
    fileprivate func words(provider: String) -> String {
        if finding == .keyTypeRetired {
            let first = since.map { " (first seen on \(UTCText.minute($0)))" } ?? ""
            return "\(provider) no longer accepts keys of this type\(first). The tenant makes a new one."
        }
        let begin = since.map { " since \(UTCText.minute($0))" } ?? ""
        return "no check says anything\(begin): \(work(at: provider))"
    }

    private func work(at provider: String) -> String {
        switch finding {
        case .undecryptable:
            "the stored ciphertext does not open. An operator puts the master key that it was sealed with back into "
                + "the ring, or the tenant gives the key again (`keyvigil keys replace`)."
        case .unsupported:
            "no request can be made with its parameters. The tenant adds it again with the right ones."
        case .egressBlocked:
            isTenants
                ? "the tenant's endpoint keeps this machine's address out. The tenant lets it in."
                : "\(provider) blocks this machine's address or region. An operator sets another way out (probe.proxy)."
        default:
            isTenants
                ? "the tenant's endpoint \(change). The tenant checks it and adds the key again."
                : "\(provider) \(change). An operator corrects the catalogue or base_url."
        }
    }

    private var change: String { Finding.endpointChange(httpStatus) }
}

extension Finding {
    /// How an endpoint answers that has changed, by the status of its answer.
    static func endpointChange(_ httpStatus: Int?) -> String {
        switch httpStatus {
        case .some(300..<400): "redirects elsewhere"
        case .some(404), .some(410): "has nothing at this address any more"
        default: "no longer answers as it did"
        }
    }
}
