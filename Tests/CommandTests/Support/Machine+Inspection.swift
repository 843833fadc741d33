import Foundation
import Secrets
import TestSupport
import Testing

extension Machine {
    /// A machine with its store in a file, or on the tests' server.
    static func make(onServer isOnServer: Bool, mail: String = "directory: HOME/mails") async throws -> Machine {
        try await isOnServer ? Machine.onServer(mail: mail) : Machine(mail: mail)
    }

    /// What the checker of the invariants needs of this machine.
    ///
    /// - Parameter days: the offset of the clock of its last run.
    func inspection(mails server: MailServer? = nil, days: Double = 0) throws -> Inspection {
        var inspection = Inspection(of: try open(), ring: try KeyRing(masterKey.utf8))
        inspection.asked = { [simulator] in await simulator.requestCount(provider: $0, key: $1) }
        inspection.delivered =
            try server.map { $0.messages.map { .init(to: $0.to, content: $0.content) } }
            ?? mails().values.map { .init(to: recipients(of: $0), content: $0) }
        inspection.files = [databasePath, databasePath + "-wal"]
        inspection.now = Date(timeIntervalSinceNow: days * Self.day)
        return inspection
    }

    /// Checks the invariants and records violations.
    @discardableResult
    func expectInvariants(_ inspection: Inspection, _ row: inout CampaignRow) async throws -> [Violation] {
        let found = try await inspection.violations()
        #expect(found.isEmpty)
        row.add(found, extraMails: inspection.extraMails)
        return found
    }

    private func recipients(of mail: String) -> [String] {
        mail.split(separator: "\r\n").filter { $0.hasPrefix("To: ") }.map { String($0.dropFirst(4)) }
    }
}
