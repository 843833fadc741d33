import Foundation
import TestSupport
import Testing

/// A platform over many days, with work for each day: a key dies, one that died the day before is
/// disabled, one that was disabled works again, and tenants are told over SMTP.
struct LivingPlatform {
    let machine: Machine
    let server: MailServer
    /// The offset of its clock, in days.
    private(set) var day = 0.0
    private let keys: [Stored]
    /// Keys that their provider refuses, the latest last.
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

    /// Begins the next day and changes the providers' answers, without a run.
    mutating func beginDay() async throws {
        day += 1.01
        let dying = keys[next % keys.count]
        next += 1
        try await machine.strike(dying)
        dead.append(dying)
        if dead.count > 2 { try await machine.strike(dead.removeFirst(), .valid) }
    }

    /// Runs the job 0.03 days (43 minutes) after the last run.
    mutating func runLater() async throws -> Finished {
        day += 0.03
        return try await machine.run("run", "--all", "--json", days: day)
    }

    /// What the checker of the invariants needs.
    func inspection() throws -> Inspection { try machine.inspection(mails: server, days: day) }
}
