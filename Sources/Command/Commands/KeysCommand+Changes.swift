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
                key, provider: provider, timing: session.settings.timing, brake: session.settings.brake)
            if one.common.json {
                tested.key.printJSON()
            } else {
                Terminal.say(Sentences.finding(tested.observation, provider.name))
            }
            throw ExitCode(tested.observation.verdict.exitStatus)
        }
    }

    struct SetDefault: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-default", abstract: "Make a key the default of its tenant, scope and provider.")
        @OptionGroup var one: OneKey
        func run() async throws { try await one.change("default") { try await $0.makeDefault($1) } }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable",
            abstract: "Take a key out of use until it is enabled again; the job never does that.")
        @OptionGroup var one: OneKey
        func run() async throws { try await one.takeAway("disabled") { try await $0.disable($1) } }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable", abstract: "Put a disabled key back into use; the next run checks it.")
        @OptionGroup var one: OneKey
        func run() async throws { try await one.change("enabled") { try await $0.enable($1) } }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Take a key out of use for good.")
        @OptionGroup var one: OneKey
        func run() async throws { try await one.takeAway("revoked") { try await $0.revoke($1) } }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete a key and purge its ciphertext; the audit rows with its prefix stay.")
        @OptionGroup var one: OneKey

        func run() async throws { try await one.takeAway("deleted") { try await $0.delete($1) } }
    }
}

extension OneKey {
    func change(_ word: String, _ change: (KeyStore, String) async throws -> Void) async throws {
        let store = try await Session(common).openStore()
        try await change(store, key)
        let after = try await store.key(key)
        common.json ? after.printJSON() : Terminal.say("key \(after.id): \(word)")
    }

    /// Changes a key for the worse, and says what depends on it: what `resolve` answers from now on in its place.
    func takeAway(_ word: String, _ change: (KeyStore, String) async throws -> Void) async throws {
        let session = try Session(common)
        let store = try await session.openStore()
        let (before, resolver) = (try await store.key(key), try session.resolver(store))
        try await change(store, key)
        let after = try await store.database.read { [id = before.id] in try $0.storedKey(id) }
        let resolution = try await resolver.resolve(inPlaceOf: before)
        common.json
            ? print(json: after, before, resolution)
            : Terminal.say(
                "key \(before.id): \(word)\(before.isDefault ? "; it was the default" : "")\n"
                    + "\(before.provider) now resolves to \(resolution.sentence)")
    }

    private func print(json after: StoredKey?, _ before: StoredKey, _ resolution: Resolution) {
        let answer: JSONLine.Value = .object(resolution.jsonFields)
        guard let after else {
            return JSONLine.print([
                "id": .text(before.id), "deleted": .flag(true), "was_default": .flag(before.isDefault),
                "resolves_to": answer,
            ])
        }
        JSONLine.print(after.jsonFields, ["resolves_to": answer])
    }
}

extension Verdict {
    /// 0 alive, 1 dead, 2 unknown.
    var exitStatus: Int32 {
        switch self {
        case .alive: 0
        case .dead: 1
        case .unknown: 2
        }
    }
}
