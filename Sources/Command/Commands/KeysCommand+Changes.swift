internal import ArgumentParser
internal import KeyVigil
internal import Revalidation
internal import Vocabulary

extension KeysCommand {
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Ask the provider about a stored key now; the answer counts like a run's.",
            discussion: """
                Exit status 0: alive, 1: dead, 2: unknown, also where a made-up key is not refused. Disabling stays with \
                the run and its guard.
                """)
        @OptionGroup var one: OneKey

        func run() async throws {
            let session = try Session(one.common)
            let vault = try await session.openVault()
            let key = try await vault.store.key(one.key)
            let provider = try vault.provider(key.provider)
            let tested = try await vault.test(
                key, provider: provider, timing: session.settings.timing, breaker: session.settings.breaker)
            if one.common.json {
                tested.key.printJSON()
            } else {
                Terminal.say(FindingMessages.message(tested.observation, provider: provider.name).text)
            }
            throw ExitCode(tested.observation.verdict.exitStatus)
        }
    }

    struct SetDefault: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-default", abstract: "Make a key the default of its tenant, scope and provider.")
        @OptionGroup var one: OneKey
        func run() async throws { try await one.change(saying: "default") { try await $0.makeDefault($1) } }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable",
            abstract: "Take a key out of use until it is enabled again; the job never does that.")
        @OptionGroup var one: OneKey
        func run() async throws { try await one.withdraw(saying: "disabled") { try await $0.disable($1) } }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable", abstract: "Put a disabled key back into use; the next run checks it.")
        @OptionGroup var one: OneKey
        func run() async throws { try await one.change(saying: "enabled") { try await $0.enable($1) } }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Take a key out of use for good.")
        @OptionGroup var one: OneKey
        func run() async throws { try await one.withdraw(saying: "revoked") { try await $0.revoke($1) } }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete a key and purge its ciphertext; the audit rows with its prefix stay.")
        @OptionGroup var one: OneKey

        func run() async throws { try await one.withdraw(saying: "deleted") { try await $0.delete($1) } }
    }
}
