internal import Curl
internal import Foundation
internal import KeyVigil
internal import Revalidation

extension Session {
    /// The way that notices leave, with its templates checked; nil with `mail.none: true`.
    func outbox() throws -> Outbox? {
        let transport: any MailTransport
        switch settings.mail.way {
        case .none: return nil
        case .unset:
            throw SettingsError(
                "no mail is set: give mail.smtp_url (KEYVIGIL_SMTP_URL) or mail.directory, or mail.none: true to run without"
            )
        case .relay(let relay): transport = try SMTPTransport(relay)
        case .directory(let directory): transport = DirectoryTransport(directory: directory)
        }
        guard let from = settings.mail.from else { throw SettingsError("mail.from (KEYVIGIL_MAIL_FROM) is not set") }
        let outbox = Outbox.Settings(
            from: from, operators: settings.mail.operators, manageURL: settings.mail.consoleURL,
            passesOverExhausted: settings.skipsExhausted)
        return Outbox(settings: outbox, templates: try templates(), transport: transport)
    }

    /// The templates that the settings name, else the first place that has some.
    func templates() throws -> TemplateSet {
        try TemplateSet(directory: settings.templates ?? Self.shippedTemplates())
    }

    /// `/etc`, beside the program or above it (a checkout's build folder lies below the templates), `/usr/share`.
    private static func shippedTemplates() throws -> String {
        var program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        var places = ["/etc/keyvigil/templates"]
        for _ in 0..<5 {
            places.append(program.appendingPathComponent("templates").path)
            program.deleteLastPathComponent()
        }
        places.append("/usr/share/keyvigil/templates")
        guard let found = places.first(where: { FileManager.default.fileExists(atPath: $0 + "/en") }) else {
            throw SettingsError("no mail templates found; set templates (KEYVIGIL_TEMPLATES) to their directory")
        }
        return found
    }
}
