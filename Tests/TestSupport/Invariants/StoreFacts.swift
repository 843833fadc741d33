internal import Database
internal import Foundation
internal import KeyVigil
import Vocabulary

/// What a store holds, read in one snapshot.
struct StoreFacts: Sendable {
    struct AuditFact: Sendable {
        let run: String
        let runStartedAt: Date
        let at: Date
        let isByJob: Bool
        let event: AuditEvent
        let keyID: String
        let finding: Finding?
        let hasStatus: Bool
    }

    struct Notice: Sendable {
        let id: String
        let keyID: String
        let kind: String
        let episode: String
        let isMailed: Bool
    }

    struct Mail: Sendable {
        let id: String
        let address: String
        let messageID: String
        let state: String
        let doubts: Int
        let notices: [String]
        let isToOperators: Bool
    }

    struct Disabling: Sendable {
        let run: String
        let keyID: String
        let scope: String
        let at: Date
    }

    struct Lease: Sendable {
        let slice: Int
        let runner: String
        let end: Date
    }

    let keys: [StoredKey]
    let tenantsWithKeysOn: Set<String>
    /// Rows about keys, each key's in order of time.
    let audit: [AuditFact]
    /// How many audit rows say that a mail was sent, by the mail's id.
    let saidSent: [String: Int]
    let notices: [Notice]
    let mails: [Mail]
    let disablings: [Disabling]
    let leases: [Lease]
    let now: Date

    init(_ connection: Connection, now: Date) throws {
        keys = try connection.query(
            "SELECT \(StoredKey.columns) FROM key_health h JOIN stored_key k ON k.id = h.key_id", [],
            StoredKey.init)
        tenantsWithKeysOn = Set(try connection.query("SELECT id FROM tenant WHERE byok") { $0.text(0) })
        audit = try connection.auditFacts()
        saidSent = try connection.mailsSaidSent()
        notices = try connection.query("SELECT id, subject, kind, episode, state FROM notice") { row in
            Notice(
                id: row.text(0), keyID: row.text(1), kind: row.text(2), episode: row.text(3),
                isMailed: row.text(4) == "mailed")
        }
        mails = try connection.mailFacts()
        disablings = try connection.query("SELECT run_id, key_id, provider, key_type, at FROM disabling ORDER BY at") {
            Disabling(
                run: $0.text(0), keyID: $0.text(1), scope: "\($0.text(2)) \($0.text(3))", at: $0.time(4) ?? .distantPast
            )
        }
        leases = try connection.query("SELECT slice, runner, lease_end FROM slice_lease WHERE runner IS NOT NULL") {
            Lease(slice: $0.integer(0), runner: $0.text(1), end: $0.time(2) ?? .distantFuture)
        }
        let clock = connection.dialect.clock("$1")
        self.now =
            connection.dialect == .sqlite ? now : try connection.first("SELECT \(clock)") { $0.time(0) ?? now } ?? now
    }
}

extension Connection {
    fileprivate func auditFacts() throws -> [StoreFacts.AuditFact] {
        try query(
            """
            SELECT a.run_id, r.started_at, a.at, a.actor, a.event, a.key_id, a.finding, a.http_status
            FROM audit_entry a JOIN run r ON r.id = a.run_id WHERE a.key_id IS NOT NULL
            ORDER BY a.key_id, a.at, r.started_at, a.run_id, a.seq
            """
        ) { row in
            AuditEvent(rawValue: row.text(4)).map { event in
                StoreFacts.AuditFact(
                    run: row.text(0), runStartedAt: row.time(1) ?? .distantPast, at: row.time(2) ?? .distantPast,
                    isByJob: row.text(3) == "job", event: event, keyID: row.text(5),
                    finding: row.optionalText(6).flatMap(Finding.init), hasStatus: row.optionalInteger(7) != nil)
            }
        }.compactMap(\.self)
    }

    /// How many `mail.sent` rows each mail has, by its id, which stands in their facts as `mail`.
    fileprivate func mailsSaidSent() throws -> [String: Int] {
        let ids = try query("SELECT details FROM audit_entry WHERE event = 'mail.sent'") { row in
            try JSONDecoder().decode(MailFact.self, from: Data(row.text(0).utf8)).mail
        }
        return Dictionary(ids.map { ($0, 1) }, uniquingKeysWith: +)
    }

    fileprivate func mailFacts() throws -> [StoreFacts.Mail] {
        let links = try query("SELECT mail_id, notice_id FROM mail_notice") { ($0.text(0), $0.text(1)) }
        let notices = Dictionary(grouping: links, by: \.0).mapValues { $0.map(\.1) }
        return try query("SELECT id, address, message_id, state, in_doubt_count, tenant_id FROM mail") { row in
            StoreFacts.Mail(
                id: row.text(0), address: row.text(1), messageID: row.text(2), state: row.text(3),
                doubts: row.integer(4), notices: notices[row.text(0)] ?? [], isToOperators: row.text(5).isEmpty)
        }
    }
}

/// The id of a mail in the facts of an audit row.
private struct MailFact: Decodable {
    let mail: String
}
