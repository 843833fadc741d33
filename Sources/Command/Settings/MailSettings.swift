internal import Curl
internal import Foundation
internal import KeyVigil
internal import Mail
internal import Revalidation

/// How notices are mailed, and to whom beside the tenants.
struct MailSettings {
    /// What mail is handed to.
    enum Way {
        case relay(SMTPRelay)
        case directory(String)
        /// `mail.none: true`: notices wait in the store.
        case none
        /// Nothing is set; `run` refuses to start.
        case unset
    }

    var way: Way
    var from: Mailbox?
    var operators: [MailAddress]
    var consoleURL: String?

    init(_ reader: SettingsReader) throws {
        from = try reader.checked("mail.from") { try Mailbox(parsing: $0) }
        operators =
            try reader.values("mail.operators")?.flatMap(SettingsSource.list).map { address in
                try reader.checked(address, of: "mail.operators") { try MailAddress($0) }
            } ?? []
        consoleURL = try reader.webAddress("notices.console_url")
        way = try Self.way(reader)
        if case .unset = way { return }
        if case .none = way { return }
        guard from != nil else {
            throw SettingsError("mail.from (KEYVIGIL_MAIL_FROM) is not set; give the address that notices come from")
        }
    }

    private static func way(_ reader: SettingsReader) throws -> Way {
        let url = try reader.secretText("mail.smtp_url")
        let directory = try reader.text("mail.directory")
        let none = try reader.flag("mail.none") ?? false
        _ = try reader.flag("mail.insecure")
        switch (url, directory, none) {
        case (nil, nil, true): return .none
        case (nil, nil, false): return .unset
        case (let url?, nil, false): return .relay(try relay(at: url, reader: reader))
        case (nil, let directory?, false): return .directory(directory)
        default:
            throw SettingsError("set only one of mail.smtp_url, mail.directory and mail.none")
        }
    }

    private static func relay(at url: String, reader: SettingsReader) throws -> SMTPRelay {
        let insecure = try reader.flag("mail.insecure") ?? false
        let caFile = try reader.certificates("probe.ca_file")
        return try reader.checked(url, of: "mail.smtp_url") {
            try SMTPRelay(url: $0, insecureLoopback: insecure, caFile: caFile)
        }
    }
}
