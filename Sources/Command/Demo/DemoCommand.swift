internal import ArgumentParser
internal import Database
internal import Foundation
internal import KeyVigil
internal import Revalidation
internal import Simulator

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "The whole job on simulated providers; nothing to set up, nothing leaves this machine.")

    func run() async throws {
        let stage = try await DemoStage(
            templates: Session(Settings(config: nil, environment: templatePlace)).templates())
        let entered = try await storeKeys(stage)
        try await breakKeys(entered, on: stage)

        stage.clock.advance(days: 7)
        try await runJob("Day 7. The weekly check: what was refused once is suspected, nothing is disabled.", on: stage)
        stage.clock.advance(days: 1)
        try await runJob(
            "Day 8. Refused again a day later: disabled where another key of the provider works, held where none does.",
            on: stage)
        try await showWhatIsUsed(stage)
        try await repair(entered, on: stage)
        stage.clock.advance(days: 1)
        try await runJob("Day 9. Alder renewed the OpenAI key at the provider: it comes back by itself.", on: stage)
        stage.clock.advance(days: 1)
        try await runJob(
            "Day 10. Dune's only Sarvam key was refused for three days, four times in all: now it goes.", on: stage)
        try await simulateOutage(stage)

        try await showStory(of: entered[0].key, stage)
        try await showMail(stage)
        showFiles(of: entered[0].key, stage)
        await stage.simulator.stop()
    }

    /// The demo uses no settings but the directory of the templates.
    private var templatePlace: [String: String] {
        ProcessInfo.processInfo.environment.filter { ["KEYVIGIL_TEMPLATES", "HOME"].contains($0.key) }
    }

    private typealias Entered = [(role: DemoCast.Role, key: StoredKey, secret: String)]

    private func storeKeys(_ stage: DemoStage) async throws -> Entered {
        heading("Day 0. Five tenants store their keys; each provider is asked before anything is saved.")
        let entered = try await DemoCast.enter(stage)
        let providers = Set(entered.map(\.role.provider)).count
        Terminal.say(
            "\(entered.count) keys of \(DemoCast.tenants.count) tenants on \(providers) providers, all accepted")
        return entered
    }

    private func breakKeys(_ entered: Entered, on stage: DemoStage) async throws {
        for (role, _, secret) in entered where role.fate != .valid {
            try await stage.simulator.set(provider: role.provider, key: secret, scenario: role.fate)
        }
        try await stage.simulator.set(provider: "mistral", scenario: .down)
        heading(
            "Days 1 to 6. Keys are revoked, expire and run out of credit; Groq limits one; Mistral goes down.",
            space: false)
    }

    private func repair(_ entered: Entered, on stage: DemoStage) async throws {
        try await stage.simulator.set(provider: "openai", key: entered[0].secret, scenario: .valid)
        try await stage.simulator.set(provider: "mistral", scenario: nil)
    }

    /// A provider refuses working keys with the answer that it gives for dead ones; the guard keeps them.
    private func simulateOutage(_ stage: DemoStage) async throws {
        stage.clock.advance(days: 5)
        try await stage.simulator.set(provider: "openai", scenario: .invalid)
        try await runJob(
            "Day 15. OpenAI has a bad day and refuses every key: the breaker opens, nothing is disabled.", on: stage)
        try await stage.simulator.set(provider: "openai", scenario: nil)
        stage.clock.advance(days: 1)
        try await runJob(
            "Day 16. OpenAI works again: every suspicion is cleared, and no tenant has noticed.", on: stage)
    }

    private func runJob(_ title: String, on stage: DemoStage) async throws {
        heading(title)
        let bar = ProgressBar("Checking keys")
        let report = try await RevalidationRun(vault: stage.vault, outbox: stage.outbox, options: RunOptions()) {
            bar.show(done: $0.done, of: $0.due)
        }.run()
        bar.end()
        RunSummary(report).print(withComplaint: true)
    }

    /// What the platform gets when it asks which key to use.
    private func showWhatIsUsed(_ stage: DemoStage) async throws {
        heading("Which key the platform uses now: `keyvigil resolve` answers before each call.")
        let resolver = Resolver(store: stage.vault.store, catalogue: stage.vault.catalogue)
        for (tenant, provider) in [("alder", "openai"), ("alder", "google"), ("dune", "sarvam")] {
            let answer = try await resolver.resolve(tenantID: tenant, .provider(provider))
            Terminal.say("keyvigil resolve --tenant \(tenant) --provider \(provider)")
            WrappedText(answer.sentence).lines.forEach { Terminal.say("  \($0)") }
        }
    }

    private func showStory(of key: StoredKey, _ stage: DemoStage) async throws {
        heading("The audit log tells the story of one key, by its prefix alone")
        var filter = AuditFilter()
        filter.keyID = key.id
        let table = try await stage.vault.store.database.read { [filter] connection in
            var table = AuditTable()
            try AuditLine.forEach(filter, in: connection) { table.add($0) }
            return table
        }
        table.print()
    }

    private func showMail(_ stage: DemoStage) async throws {
        let mails = try await stage.vault.store.database.read { connection in
            try connection.query("SELECT address, subject, message FROM mail ORDER BY created_at") { row in
                (to: row.text(0), subject: row.text(1), message: String(decoding: row.blob(2), as: UTF8.self))
            }
        }
        heading("\(mails.count) mails were written; this is what Alder got when its key was disabled")
        if let mail = mails.first(where: { $0.to == DemoCast.tenants[0].mail }) { show(mail) }
        heading("This is what the operators got on OpenAI's bad day")
        if let mail = mails.last(where: { $0.message.contains("breakers release") }) { show(mail) }
    }

    private func show(_ mail: (to: String, subject: String, message: String)) {
        Terminal.say("  │ To: \(mail.to)")
        Terminal.say("  │ Subject: \(mail.subject)")
        Terminal.say("  │")
        EmlText(mail.message).lines.forEach { Terminal.say("  │ \($0)") }
    }

    private func showFiles(of key: StoredKey, _ stage: DemoStage) {
        heading("Look around")
        Terminal.say("mails   \(stage.mailDirectory)/*.eml")
        Terminal.say("store   \(stage.databasePath)")
        Terminal.say()
        Terminal.say("  export DATABASE_URL=sqlite://\(stage.databasePath) BYOK_ENCRYPTION_KEY_FILE=\(stage.keyFile)")
        Terminal.say("  keyvigil keys list; keyvigil explain \(key.id); keyvigil audit list; keyvigil status")
        Terminal.say()
        Terminal.say("All of it lies in \(stage.directory); delete that to be rid of it.")
    }

    private func heading(_ text: String, space: Bool = true) {
        Terminal.say()
        Terminal.say(Terminal.styled(text, as: .bold))
        if space { Terminal.say() }
    }
}
