import Foundation

extension Machine {
    /// A machine with the settings of a product in `Products`: `/etc/keyvigil` is the machine's directory, mails are
    /// written to files, and the providers are on loopback.
    static func product(_ name: String, onServer isOnServer: Bool = false) async throws -> Machine {
        let machine = try await Machine.make(onServer: isOnServer)
        let text = try productFile(name + ".yaml")
        try machine.write(
            settings: machine.onLoopback(
                text.replacing("smtp_url_file: /etc/keyvigil/smtp-url", with: "directory: HOME/mails")
                    .replacing("/etc/keyvigil", with: "HOME")))
        return machine
    }

    static func productFile(_ name: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: folder.appendingPathComponent("Products/\(name)"), encoding: .utf8)
    }

    /// The settings with each provider at the simulator. If they have a `providers` block, it must be the last.
    private func onLoopback(_ settings: String) -> String {
        var text = settings.contains("\nproviders:\n") ? settings : settings + "providers:\n"
        for id in Self.providerIDs {
            let place = "    base_url: http://127.0.0.1:\(port)/\(id)\n    allow_insecure_loopback: true\n"
            let rates = "    tenant_rate_per_second: 10000\n"
            let entry = "  \(id):\n"
            text = text.contains(entry) ? text : text + entry + "    rate_per_second: 10000\n"
            text = text.replacing(entry, with: entry + place + rates)
        }
        return text
    }

    /// Runs `resolve --json` for a tenant.
    func resolve(tenant: String = "acme", _ wanted: String..., days: Double = 0) async throws -> Finished {
        try await start(["resolve", "--tenant", tenant, "--json"] + wanted, days: days).finish()
    }

    /// Everything that is shown to people: listings, stories, the audit log and mails.
    func shown(_ keys: [Stored], days: Double = 0) async throws -> String {
        var commands = [
            ["keys", "list"], ["keys", "list", "--json"], ["audit", "list"], ["audit", "list", "--json"],
        ]
        for key in keys { commands += [["keys", "show", key.id], ["explain", key.id]] }
        var text = try mails().values.joined()
        for command in commands { text += try await start(command, days: days).finish().description }
        return text
    }
}
