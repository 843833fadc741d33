internal import ArgumentParser
internal import Database
internal import KeyVigil
internal import Secrets

struct EncryptionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encryption", abstract: "Master keys.",
        subcommands: [NewKey.self, Status.self, EncryptionRotate.self, Retire.self])

    struct NewKey: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new-key", abstract: "Print a new random master key for BYOK_ENCRYPTION_KEY.",
            discussion: "Keep it apart from the store's backups. Without it the stored keys cannot be read again.")

        func run() throws { Terminal.say(try KeyRing.newKey()) }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "The master keys of ring and store, how many stored keys are under each, and what to do next.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (store, ring) = try await Session(common).openWithRing()
            let keys = try await store.masterKeys(of: ring)
            guard !common.json else { return printJSON(keys) }
            var table = TextTable("ID", "LABEL", "ENCRYPTS", "SINCE", "KEYS", "RETIRED")
            for key in keys { key.add(to: &table) }
            table.print()
            Terminal.say()
            WrappedText(keys.advice.text).lines.forEach { Terminal.say($0) }
        }

        private func printJSON(_ keys: [MasterKeyUse]) {
            JSONLine.print(["keys": .array(keys.map(\.json)), "next": .text(keys.advice.text)])
        }
    }

    struct Retire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retire", abstract: "Let nothing be encrypted with a master key any more, for good.",
            discussion: "Refused with 65 while stored keys are under it; `keyvigil encryption rotate` moves them.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The master key's id, as `encryption status` shows it.")
        var id: String

        func validate() throws {
            guard id.utf8.count == 8, UInt32(id, radix: 16) != nil else {
                throw ValidationError("ID is 8 hexadecimal digits; `keyvigil encryption status` shows them")
            }
        }

        func run() async throws {
            let (store, ring) = try await Session(common).openWithRing()
            try await store.retire(UInt32(id, radix: 16) ?? 0, ring: ring)
            common.json
                ? JSONLine.print(["id": .text(id.lowercased()), "retired": .flag(true)])
                : Terminal.say("retired encryption key \(id.lowercased())")
        }
    }
}

extension MasterKeyUse {
    fileprivate func add(to table: inout TextTable) {
        table.add(
            name, label ?? "not in this ring", encrypts ? "yes" : "no", since.map(UTCText.minute), String(keys),
            retiredAt.map(UTCText.minute))
    }

    fileprivate var json: JSONLine.Value {
        .object([
            "id": .text(name), "label": .text(label), "encrypts": .flag(encrypts), "since": .time(since),
            "keys": .number(keys), "retired_at": .time(retiredAt),
        ])
    }
}
