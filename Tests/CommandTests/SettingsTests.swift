import Foundation
import TestSupport
import Testing

@Suite("Settings that are wrong", .serialized)
struct SettingsTests {
    @Test(
        "With an invalid settings file every command ends with 78 and one line that says what to write",
        arguments: BadSettings.files)
    func file(yaml: String, complaint: String) async throws {
        try await expect(
            "status", yaml, complaint, environment: yaml.hasPrefix("database") ? ["DATABASE_URL": ""] : [:])
    }

    @Test("run checks mail, templates, catalogue and providers before the first key", arguments: BadSettings.ofRun)
    func ofRun(yaml: String, complaint: String) async throws { try await expect("run", yaml, complaint) }

    @Test("The message names an invalid variable", arguments: BadSettings.variables)
    func variable(name: String, value: String, status: Int32, complaint: String) async throws {
        let yaml = name == "KEYVIGIL_SMTP_URL" ? "mail: {from: a@b.example}" : "mail: {none: true}"
        try await expect("run", yaml, complaint, status: status, environment: [name: value])
    }

    @Test("The environment's secret wins over a file that the settings name, and the other way round")
    func secretTwice() async throws {
        let machine = try await Machine()
        #expect(try await machine.run("database", "migrate").status == 0)
        try machine.home.write("smtp://127.0.0.1:1", to: "smtp-url")
        let file = machine.home.path("smtp-url")
        for (yaml, variable, value) in [
            ("smtp_url_file: \(file)", "KEYVIGIL_SMTP_URL", "wrong"),
            ("smtp_url: wrong", "KEYVIGIL_SMTP_URL_FILE", file),
        ] {
            try machine.write(settings: "mail: {from: a@b.example, insecure: true, \(yaml)}")
            for name in ["keyvigil.yaml", "smtp-url"] {
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: machine.home.path(name))
            }
            let done = try await machine.run("run", environment: [variable: value])
            #expect(done.status == (value == "wrong" ? 78 : 0), "\(done)")
        }
    }

    private func expect(
        _ command: String, _ yaml: String, _ complaint: String, status: Int32 = 78, environment: [String: String] = [:]
    ) async throws {
        let machine = try await Machine()
        try prepare(machine)
        #expect(try await machine.run("database", "migrate").status == 0)
        try machine.write(settings: yaml)
        let inPlace = { (text: String) in
            text.replacing("SETTINGS", with: "HOME/keyvigil.yaml").replacing("HOME", with: machine.home.url.path)
        }
        let values = environment.mapValues { inPlace($0.replacing("MASTER", with: machine.masterKey)) }
        let done = try await machine.start([command], environment: values).finish()
        #expect(done.errors == "keyvigil: \(inPlace(complaint))\n")
        #expect(done.status == status)
        #expect(done.output == "")
        #expect(!done.errors.contains(machine.masterKey))
    }

    private func prepare(_ machine: Machine) throws {
        try machine.home.write("garbage", to: "garbage")
        try machine.home.write("x: [", to: "badcat")
        try machine.home.write("providers:\n  foo: {}\n", to: "half")
        try FileManager.default.createDirectory(atPath: machine.home.path("folder"), withIntermediateDirectories: true)
    }

    @Test(
        "Blocks whose lines are all commented out count as absent",
        arguments: ["mail:\n", "providers:\n  openai:\n"])
    func emptyBlock(yaml: String) async throws {
        let machine = try await Machine()
        try machine.write(settings: yaml)
        #expect(try await machine.run("database", "migrate").status == 0)
    }

    @Test(
        "A secret's file that others can read gives status 77 and the command that corrects it",
        arguments: [
            (
                "keyvigil.yaml", "it holds mail.smtp_url",
                "mail: {smtp_url: 'smtps://a:b@relay.example', from: a@b.example}"
            ),
            ("keyvigil.yaml", "it holds providers.openai.canary_key", "providers: {openai: {canary_key: abcdefgh}}"),
            ("keyvigil.yaml", "it holds providers.openai.check_key", "providers: {openai: {check_key: abcdefgh}}"),
            (
                "keyvigil.yaml", "it holds providers.openai.platform_key",
                "providers: {openai: {platform_key: abcdefgh}}"
            ),
            ("keyvigil.yaml", "it holds database.url", "database: {url: 'postgresql://h/db?user=u&password=secret'}"),
            ("secret", "holds a secret", "providers: {openai: {check_key_file: HOME/secret}}"),
            ("keyvigil.yaml", "it holds heartbeat.url", "heartbeat: {url: 'https://ping.example/1'}"),
            ("secret", "holds a secret", "mail: {smtp_url_file: HOME/secret, from: a@b.example}"),
            ("secret", "holds a secret", "providers: {openai: {canary_key_file: HOME/secret}}"),
            ("secret", "holds a secret", "encryption: {key_file: HOME/secret}"),
        ])
    func readable(file: String, reason: String, yaml: String) async throws {
        let machine = try await Machine()
        _ = try await machine.run("database", "migrate")
        let withMail = yaml.contains("mail:") ? yaml : "mail: {none: true}\n\(yaml)"
        try machine.write(settings: withMail)
        try machine.home.write("smtps://a:b@relay.example", to: "secret")
        for (name, mode) in [("keyvigil.yaml", 0o600), ("secret", 0o600), (file, 0o640)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: machine.home.path(name))
        }
        let isRing = yaml.hasPrefix("encryption")
        let done = try await machine.run(
            "run", environment: ["BYOK_ENCRYPTION_KEY": isRing ? "" : machine.masterKey])
        let path = machine.home.path(file)
        #expect(done.status == 77, "\(done)")
        #expect(done.errors == "keyvigil: \(path) may be read by others and \(reason); run: chmod 600 \(path)\n")
    }
}
