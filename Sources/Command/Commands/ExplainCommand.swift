internal import ArgumentParser
internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why a key is in its state: every check, control, breaker and mail.",
        discussion: "Of a deleted key it tells what the audit log and the mails still know.")
    @OptionGroup var one: OneKey

    func run() async throws {
        let session = try Session(one.common)
        let settings = session.settings
        let catalogue = try session.catalogue()
        let explanation = try await session.openStore().explanation(
            of: one.key, catalogue: catalogue, overrides: settings.overrides, timing: settings.timing,
            breaker: settings.breaker)
        one.common.json ? explanation.printJSON() : ExplanationText(explanation).print()
    }
}
