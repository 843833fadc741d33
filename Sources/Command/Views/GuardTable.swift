internal import Database
internal import Foundation
internal import Judgement
internal import Revalidation
internal import Vocabulary

/// The guards' states for people: a table, and below it in sentences why breakers are open and what releases cover.
struct GuardTable {
    private let states: [GuardState]

    init(_ states: [GuardState]) { self.states = states }

    func print() {
        guard !states.isEmpty else { return Terminal.say("no provider has answered in the last 28 days") }
        var table = TextTable(
            "PROVIDER", "KEY TYPE", "BREAKER", "REFUSED IN 24 H", "LIMIT", "USUAL", "SUSPECTED", "DISABLED", "CLOSED AT"
        )
        for state in states {
            table.add(
                state.scope.provider, state.scope.name, state.breaker == nil ? "closed" : "open",
                "\(state.sums.dead) of \(state.sums.answered)", String(state.sums.most), state.usual,
                String(state.suspicions), "\(state.disabledInDay) of \(state.cap)", state.closedAt.map(UTCText.minute))
        }
        table.print()
        let notes = states.flatMap(\.notes)
        if !notes.isEmpty { Terminal.say() }
        notes.flatMap { WrappedText($0).lines }.forEach { Terminal.say($0) }
    }
}

extension GuardState {
    fileprivate var usual: String { String(format: "%.1f %%", usualRate * 100) }

    fileprivate var notes: [String] {
        let name = "\(scope.provider) (\(scope.name))"
        let why = breaker == nil ? [] : ["\(name): \(sentence)"]
        return why
            + releases.map { release in
                let finding = release.finding.map { ", \($0.rawValue) only" } ?? ""
                return "\(name): released on \(UTCText.minute(release.at))\(finding), until "
                    + "\(UTCText.minute(release.endsAt)) (ambiguous refusals: "
                    + "\(UTCText.minute(release.endsForAmbiguousAt))): \(Printable(release.reason, limit: 200))"
            }
    }

    func printJSON() {
        JSONLine.print([
            "provider": .text(scope.provider), "key_type": .text(scope.keyType),
            "host": .text(scope.host.isEmpty ? nil : scope.host),
            "breaker": .text(breaker == nil ? "closed" : "open"), "reason": .text(breaker?.reason.rawValue),
            "open_since": .time(breaker?.openedAt),
            "closes_next": .flag(closesNext), "refused_in_day": .number(sums.dead),
            "answered_in_day": .number(sums.answered), "limit": .number(sums.most),
            "usual_rate": .fraction(usualRate), "suspected": .number(suspicions),
            "disabled_in_day": .number(disabledInDay), "cap": .number(cap),
            "last_closed": .time(closedAt), "releases": .array(releases.map { .object($0.jsonFields) }),
        ])
    }
}

extension BreakerRelease {
    fileprivate var jsonFields: KeyValuePairs<String, JSONLine.Value> {
        [
            "at": .time(at), "key_type": .text(keyType), "finding": .text(finding?.rawValue),
            "reason": .text(reason), "until": .time(endsAt), "until_ambiguous": .time(endsForAmbiguousAt),
        ]
    }
}
