import Foundation
import TestSupport
import Testing

/// A platform that lives on day by day, with something to do each day: a key dies, one that died the day before is
/// disabled, one that was disabled works again, and tenants are told over SMTP.
struct LivingPlatform {
    let machine: Machine
    let server: MailServer
    /// By how many days its clock is moved.
    private(set) var day = 0.0
    private let keys: [Stored]
    /// Keys that are dead at their provider, the latest last.
    private var dead: [Stored] = []
    private var next = 0

    init(onServer isOnServer: Bool) async throws {
        server = try await MailServer()
        machine = try await Machine.make(onServer: isOnServer, mail: server.settings)
        var keys: [Stored] = []
        for (tenant, email) in [("acme", "it@acme.example,boss@acme.example"), ("birch", "it@birch.example")] {
            try await machine.addTenant(tenant, email: email)
            for provider in ["openai", "openai", "openai", "openai", "openai", "openai", "groq"] {
                keys.append(Stored(id: tenant, provider: provider, secret: try await machine.newSecret(provider)))
            }
        }
        try await machine.importKeys(keys.map { ($0.id, $0.provider, $0.secret) })
        self.keys = keys.filter { $0.provider == "openai" }
        let first = try await machine.run("run")
        guard first.status == 0 else { throw SetupFailure(first) }
    }

    /// The next day: nothing has run yet.
    mutating func beginDay() async throws {
        day += 1.01
        let dying = keys[next % keys.count]
        next += 1
        try await machine.strike(dying)
        dead.append(dying)
        if dead.count > 2 { try await machine.strike(dead.removeFirst(), .valid) }
    }

    /// A run half an hour after the last one.
    mutating func runLater() async throws -> Finished {
        day += 0.03
        return try await machine.run("run", "--all", "--json", days: day)
    }

    /// All that is known of it.
    func inspection() throws -> Inspection { try machine.inspection(mails: server, days: day) }
}
