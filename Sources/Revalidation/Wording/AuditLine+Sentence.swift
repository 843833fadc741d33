internal import Database
internal import Judgement
internal import KeyVigil

extension AuditLine {
    /// The row's facts in words, for a table; a text that this program does not understand as it stands.
    package var sentence: Sentence? {
        let words = wordsOfKey ?? wordsOfGuard ?? wordsOfMail ?? wordsOfStore
        return (words ?? details).map { Sentence($0) }
    }

    var wordsOfKey: String? {
        switch knownEvent {
        case .keyProbed: facts(KeyProbed.self)?.words
        case .probeDiscarded:
            facts(ProbeDiscarded.self).map { "version \($0.version) was replaced or changed while it was probed" }
        case .keySuspected: facts(KeySuspected.self)?.words
        case .keyHeld: facts(KeyHeld.self).map { "\($0.words). \($0.grounds.words)" }
        case .keyDisabled: facts(KeyDisabled.self)?.grounds.words
        case .keyEnabled: facts(KeyEnabled.self).map { "undo of run \($0.undoneRun)" }
        case .recoveryEnded:
            details == nil ? "disabled for \(Wording.span(Timing.recoveryEnd)); not asked any more" : nil
        default: nil
        }
    }

    var wordsOfGuard: String? {
        switch knownEvent {
        case .breakerOpened: facts(BreakerOpened.self)?.words
        case .breakerClosed: facts(BreakerClosed.self)?.words
        case .breakerReleased: facts(BreakerReleased.self)?.words
        case .controlNegative: facts(NegativeControlAsked.self)?.words
        case .controlCanary: facts(CanaryAsked.self)?.words
        default: nil
        }
    }

    private var wordsOfMail: String? {
        switch knownEvent {
        case .noticeDropped: facts(NoticeDropped.self)?.words
        case .mailComposed: facts(MailComposed.self)?.words
        case .mailWithdrawn: facts(MailWithdrawn.self)?.words
        case .mailSent: facts(MailSent.self)?.words
        case .mailDeferred: facts(MailDeferred.self)?.words
        case .mailInDoubt: facts(MailInDoubt.self)?.words
        case .mailFailed: facts(MailFailed.self)?.words
        default: nil
        }
    }

    private var wordsOfStore: String? {
        switch knownEvent {
        case .runFinished: facts(RunFinished.self).map { $0.isDryRun ? "dry run" : $0.outcome.rawValue }
        case .tenantChanged: facts(TenantChanged.self).map { "byok \($0.byok ? "on" : "off")" }
        case .masterKeyRotated: facts(MasterKeyRotated.self)?.words
        case .masterKeyRetired: facts(MasterKeyRetired.self)?.masterKey
        default: nil
        }
    }
}

extension KeySuspected {
    fileprivate var words: String {
        Wording.list(["first refusal", nextProbeAt.map { "asked again \(UTCText.minute($0))" }], by: "; ")
    }
}

extension NegativeControlAsked {
    fileprivate var words: String {
        let place = isOnTenantsHost ? "on the tenant's own host" : host.map { "at \($0)" }
        return Wording.list([outcome.words, place])
    }
}

extension CanaryAsked {
    fileprivate var words: String { Wording.list([outcome.words, host.map { "at \($0)" }]) }
}

extension MasterKeyRotated {
    fileprivate var words: String {
        let left = damaged == 1 ? "1 does not open" : "\(damaged) do not open"
        return "\(Wording.count(keys, "key")) from \(from) to \(to); \(left), \(changed) changed meanwhile"
    }
}
