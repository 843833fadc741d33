internal import ArgumentParser
internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

struct BreakersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "breakers", abstract: "The guards against mass disabling, one for each provider and key type.",
        subcommands: [List.self, Release.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Which breakers are open and why, and how far from it the others are.",
            discussion: "Exit status 3: a breaker is open.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let session = try Session(common)
            let breaker = session.settings.breaker
            let store = try await session.openStore()
            let now = store.now()
            let states = try await store.database.read { try GuardState.all(breaker, now: now, in: $0) }
            common.json ? states.forEach { $0.printJSON() } : GuardTable(states).print()
            if states.contains(where: { $0.breaker != nil }) { throw ExitCode(.attention) }
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release",
            abstract: "Say that a provider's refusals are true: its breaker no longer holds them.",
            discussion: """
                Covers each suspicion that stands or begins within 24 hours, until it is judged, for 14 days at most \
                (21 for ambiguous refusals). Each key is still asked again, at its gap; the made-up key must still be \
                refused, and the cap on disablings in 24 hours still holds.
                """)
        @OptionGroup var common: CommonOptions
        @Argument(help: "The provider's id.")
        var provider: String
        @Option(help: "One type of its keys.")
        var keyType: String?
        @Option(help: "Suspicions of one finding: invalid, revoked, expired or suspended.")
        var finding: String?
        @Option(help: "Why, for the audit log; at most 200 characters and no part of a key.")
        var reason: String

        func run() async throws {
            let session = try Session(common)
            let catalogue = try session.catalogue()
            guard let entry = catalogue[provider] else {
                throw catalogue.absence(of: provider)
            }
            let store = try await session.openStore()
            let release = try BreakerRelease(
                of: entry, keyType: keyType, finding: finding, reason: reason, at: store.now())
            let effect = try await store.store(release)
            common.json ? release.printJSON(effect) : release.print(effect, provider: entry.name)
        }
    }
}

extension BreakerRelease {
    fileprivate func print(_ effect: Effect, provider name: String) {
        let keys = [keyType.map { "of type \($0)" }, finding.map { "called \($0.rawValue)" }].compactMap(\.self)
        let about = ([name] + keys).joined(separator: ", ")
        if effect.breakers.isEmpty {
            Terminal.say("released \(about), although no breaker of it is open")
        } else {
            Terminal.say("released \(about)")
        }
        Terminal.say(
            "covers \(effect.suspicions) suspicions that stand, and those that begin before "
                + UTCText.minute(at + 86_400))
        Terminal.say(
            "until each is judged, \(UTCText.minute(endsAt)) at most "
                + "(ambiguous refusals: \(UTCText.minute(endsForAmbiguousAt)))")
        Terminal.say("still hold: the made-up key must be refused, each key's gap, the cap on disablings in 24 hours")
    }

    fileprivate func printJSON(_ effect: Effect) {
        JSONLine.print([
            "provider": .text(provider), "key_type": .text(keyType), "finding": .text(finding?.rawValue),
            "at": .time(at), "reason": .text(reason), "suspicions": .number(effect.suspicions),
            "breakers_open": .list(effect.breakers.map(\.scope.name)), "until": .time(endsAt),
            "until_ambiguous": .time(endsForAmbiguousAt),
        ])
    }
}
