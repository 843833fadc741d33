import Foundation
import Testing
import Vocabulary

@testable import KeyVigil

/// The text in which an audit row keeps an event's facts.
struct AuditDetailsTests {
    private static let date = Date(timeIntervalSince1970: 1_767_225_600.25)

    @Test("Facts are stored as JSON with a version, sorted names, enum names and UTC times")
    func text() throws {
        let probed = KeyProbed(note: .libcurl(56), cause: .early, expiresAt: Self.date)
        #expect(
            try AuditDetails.text(#require(probed))
                == #"{"cause":"early","expires_at":"2026-01-01T00:00:00.250Z","note":{"code":56,"kind":"libcurl"},"v":1}"#
        )
        #expect(
            try AuditDetails.text(RunFinished(outcome: .partial, isDryRun: false))
                == #"{"is_dry_run":false,"outcome":"partial","v":1}"#)
        #expect(try AuditDetails.text(TenantChanged(byok: true)) == #"{"byok":true,"v":1}"#)
    }

    private static let notes: [ProbeNote] = [
        .unresolved, .connectionRefused, .tls, .timedOut, .interrupted, .tooLarge, .blockedAddress, .stopped,
        .unusableURL, .libcurl(7), .answeredWithoutKey, .madeUpKeyAccepted(answered: .valid),
        .madeUpKeyUnanswered(answered: .invalid), .noRequest,
    ]

    @Test("Every note of a probe is read as it was written", arguments: notes)
    func keepsNote(note: ProbeNote) throws {
        let facts = try #require(KeyProbed(note: note))
        #expect(try AuditDetails.facts(KeyProbed.self, in: AuditDetails.text(facts)) == facts)
    }

    @Test(
        "A text of another version or form holds no facts",
        arguments: [
            "", "byok on", "{}", #"{"byok":true}"#, #"{"byok":true,"v":2}"#, #"{"byok":true,"v":"1"}"#,
            #"{"byok":"on","v":1}"#, #"{"v":1}"#, #"[{"byok":true,"v":1}]"#,
        ])
    func foreign(text: String) { #expect(AuditDetails.facts(TenantChanged.self, in: text) == nil) }

    @Test("A routine check has no facts")
    func routine() { #expect(KeyProbed(note: nil) == nil) }

    @Test("A routine check's row has NULL as its details, and facts make the event")
    func events() async throws {
        let fixture = try await KeysFixture()
        try await fixture.store.command { transaction in
            try transaction.append(AuditEntry(KeyProbed(note: nil), at: transaction.now))
            try transaction.append(AuditEntry(TenantChanged(byok: false), at: transaction.now))
        }
        let rows = try await fixture.texts(
            "SELECT event || '|' || coalesce(details, 'NULL') FROM audit_entry WHERE event <> 'tenant.added' ORDER BY seq"
        )
        #expect(rows == ["key.probed|NULL", #"tenant.changed|{"byok":false,"v":1}"#])
    }
}
