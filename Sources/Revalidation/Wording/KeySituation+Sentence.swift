internal import Database
internal import Foundation
internal import KeyVigil
internal import Vocabulary

extension KeySituation {
    /// The state and its reason, in a few sentences that an operator understands without the manual.
    ///
    /// - Parameter provider: the provider's name for people.
    package func sentence(provider: String) -> Sentence {
        Sentence(Wording.list(wordsOutOfUse(provider) ?? wordsInUse(provider), by: " "))
    }

    private func wordsOutOfUse(_ provider: String) -> [String?]? {
        switch self {
        case .gone(let deletedAt, let lastChange):
            [
                deletedAt.map { "It was deleted on \(UTCText.minute($0))." } ?? "It is not in the store.",
                lastChange.map { "The last that changed it was \($0.event) on \(UTCText.minute($0.at))." },
            ]
        case .revoked(let date):
            [
                "Revoked by an operator\(Self.on(date)), which is for good: it is neither used nor asked about any more."
            ]
        case .disabledByOperator(let date):
            ["Disabled by an operator\(Self.on(date)); the job leaves it alone until `keyvigil keys enable`."]
        case .disabledByJob(let date, let finding, let grounds):
            [
                "Disabled by the job\(Self.on(date)).", finding.words(provider: provider),
                grounds.map { "The grounds: \($0.words)." },
            ]
        default: nil
        }
    }

    private func wordsInUse(_ provider: String) -> [String?] {
        switch self {
        case .notProbed(let reason): ["In use, but not checked: \(reason.words(provider: provider))."]
        case .suspected(let since, let finding, let isHeldByBreaker, let held):
            Self.suspected(since, held, isHeldByBreaker, finding.words(provider: provider))
        case .uncheckable(let facts): ["In use, but \(facts.words(provider: provider))"]
        case .overdue(let days, let since, let finding):
            [Self.overdue(days, since), finding?.words(provider: provider) ?? Self.noRun]
        case .unchecked: ["In use; it was not checked yet."]
        case .withoutCredit(let since):
            ["In use, but its account has no credit since \(UTCText.minute(since)); the tenant has to top it up."]
        default: wordsByLastAnswer(provider)
        }
    }

    private func wordsByLastAnswer(_ provider: String) -> [String?] {
        switch self {
        case .accepted(let date, let isRestricted):
            let limits = isRestricted ? ", with restricted permissions" : ""
            return ["In use and fine: \(provider) accepted it\(Self.on(date))\(limits)."]
        case .refusedWithoutEffect(let date, let finding):
            let effect = "this refusal is only reported and disables no key"
            return [
                "In use, but \(provider) refused it\(Self.on(date)); \(effect).", finding.words(provider: provider),
            ]
        case .enabledSinceRefusal(let enabledAt, let refusedAt, let finding):
            let order = "Enabled\(Self.on(enabledAt)) and not checked since; refused before that,\(Self.on(refusedAt))."
            return [order, finding.words(provider: provider)]
        case .unknown(let finding, let lastConclusiveAt):
            let before = lastConclusiveAt.map { "The last yes or no came\(Self.on($0))." }
            return ["In use; the last check told nothing.", finding.words(provider: provider), before]
        default: return []
        }
    }

    private static func suspected(
        _ since: Date, _ held: Held?, _ isHeldByBreaker: Bool, _ reason: String
    ) -> [String?] {
        let start = "Suspected since \(UTCText.minute(since))"
        guard let held else {
            let breaker = "The breaker of its provider is open, so nothing is disabled until it closes."
            return [
                "\(start), and in use until a further refusal confirms it.", reason, isHeldByBreaker ? breaker : nil,
            ]
        }
        let why = held.facts.map { ": \($0.words)" } ?? ""
        return ["\(start), in use, and\(Self.on(held.at)) held\(why).", reason]
    }

    private static func overdue(_ days: Int, _ since: Date?) -> String {
        let last = since.map { "since \(UTCText.minute($0))" } ?? "since it was added"
        return "Overdue: in use, and for more than \(Wording.count(days, "day")) no check has said yes or no, \(last)."
    }

    private static let noRun = "No run has asked: see `keyvigil status`, and whether the job is started."

    private static func on(_ date: Date?) -> String { date.map { " on \(UTCText.minute($0))" } ?? "" }
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
        let begin = since.map { " since \(UTCText.minute($0))" } ?? ""
        if finding == .keyTypeRetired {
            return "\(provider) takes keys of this type no longer\(begin.isEmpty ? "" : ", seen\(begin)"). "
                + "The tenant makes a new one."
        }
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
