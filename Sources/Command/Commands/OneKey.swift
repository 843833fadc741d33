internal import ArgumentParser
internal import Foundation
internal import KeyVigil

/// A command about one stored key.
struct OneKey: ParsableArguments {
    @OptionGroup var common: CommonOptions
    @Argument(help: "The key's id, a UUID.")
    var key: String

    func validate() throws {
        guard UUID(uuidString: key) != nil else {
            throw ValidationError("KEY is a stored key's id, a UUID; `keyvigil keys list` shows them")
        }
    }
}

extension OneKey {
    /// Changes the key and prints it.
    ///
    /// - Parameter done: what was done, as in "key ID: enabled".
    func change(saying done: String, by change: (KeyStore, String) async throws -> Void) async throws {
        let store = try await Session(common).openStore()
        try await change(store, key)
        let after = try await store.key(key)
        common.json ? after.printJSON() : Terminal.say("key \(after.id): \(done)")
    }

    /// Takes the key out of use, and prints what `resolve` answers in its place from now on.
    ///
    /// - Parameter done: what was done, as in "key ID: revoked".
    func withdraw(saying done: String, by change: (KeyStore, String) async throws -> Void) async throws {
        let session = try Session(common)
        let store = try await session.openStore()
        let before = try await store.key(key)
        let resolver = try session.resolver(for: store)
        try await change(store, key)
        let after = try await store.database.read { [id = before.id] in try KeyTable.key(id, in: $0) }
        let resolution = try await resolver.resolve(inPlaceOf: before)
        common.json
            ? printJSON(before: before, after: after, resolution)
            : Terminal.say(
                "key \(before.id): \(done)\(before.isDefault ? "; it was the default" : "")\n"
                    + "\(before.provider) now resolves to \(resolution.sentence)")
    }

    /// - Parameter after: nil where the key was deleted.
    private func printJSON(before: StoredKey, after: StoredKey?, _ resolution: Resolution) {
        let answer: JSONLine.Value = .object(resolution.jsonFields)
        guard let after else {
            return JSONLine.print([
                "id": .text(before.id), "deleted": .flag(true), "was_default": .flag(before.isDefault),
                "resolves_to": answer,
            ])
        }
        JSONLine.print(after.jsonFields, and: ["resolves_to": answer])
    }
}
