import Curl
import Database
import Foundation
import KeyVigil
import Mail
import TestSupport
import Testing

@testable import Revalidation

/// The state of a mail after each answer of the server.
struct OutboxDeliveryTests {
    @Test("Accepted mails are sent once")
    func accepted() async throws {
        try await Platform.run { platform in
            let transport = ScriptedTransport()
            try await platform.oweMail(transport)
            #expect(try await platform.mailState() == "sent|ok|1|")
            platform.clock.advance(hours: 1)
            try await platform.revalidate(mail: transport)
            #expect(await transport.handed.count == 1)
        }
    }

    @Test("A refused mail ends as failed, and the next runs report it")
    func refused() async throws {
        try await Platform.run { platform in
            let transport = ScriptedTransport(.refused(code: 550, reply: "no such user"))
            let report = try await platform.oweMail(transport)
            #expect(report.notices.failed == 1 && report.attention.texts == ["1 mail of the last 24 hours failed"])
            #expect(try await platform.mailState() == "failed|550 no such user|1|")
            platform.clock.advance(hours: 1)
            #expect(try await platform.revalidate(mail: transport).exitStatus == 3)
            #expect(await transport.handed.count == 1)
        }
    }

    @Test("A deferred mail is retried unchanged, and given up after five days of deferrals")
    func deferred() async throws {
        try await Platform.run { platform in
            let transport = ScriptedTransport(.deferred(code: 451, reply: "later"))
            let report = try await platform.oweMail(transport)
            #expect(report.notices.deferred == 1)
            for _ in 0..<4 {
                platform.clock.advance(days: 1)
                #expect(try await platform.revalidate(mail: transport).notices.deferred == 1)
            }
            platform.clock.advance(days: 1)
            #expect(try await platform.revalidate(mail: transport).notices.failed == 1)
            #expect(try await platform.mailState().hasPrefix("failed|451 later|"))
            #expect(try await platform.told(.mailFailed).first?.hasSuffix(": put off for 5 days") == true)
            let handed = await transport.handed
            #expect(handed.count == 6)
            #expect(Set(handed.map(\.message)).count == 1)
            #expect(Set(handed.map(\.mailID)).count == 1)
            #expect(
                try ParsedMail(handed[5].message).header("Message-ID")
                    == ParsedMail(handed[0].message).header("Message-ID"))
        }
    }

    @Test("An unreachable relay fails no mail, is tried twice a run, and does not begin the five days")
    func relayDown() async throws {
        try await Platform.run { platform in
            try await platform.addTenant("two")
            _ = try await platform.addKey("valid_no_balance", provider: "deepseek", tenant: "two")
            _ = try await platform.addKey("valid_no_balance", provider: "deepseek")
            let transport = ScriptedTransport(.relayUnavailable(reason: "refused"))
            for round in 1...8 {
                let report = try await platform.revalidate(mail: transport)
                #expect(report.notices.failed == 0 && report.exitStatus == 3)
                #expect(report.attention.texts == ["mail relay unavailable: refused"])
                #expect(await transport.handed.count == 2 * round)
                platform.clock.advance(days: 1)
            }
            await transport.answer(.accepted(reply: "ok"))
            #expect(try await platform.revalidate(mail: transport).notices.sent == 2)
            let handed = await transport.handed.suffix(2)
            #expect(Set(handed.map(\.to)) == ["owner@acme.example", "owner@two.example"])
        }
    }

    @Test("A key disabled and recovered while the relay is unreachable is reported once, in its present state")
    func storyDuringOutage() async throws {
        try await Platform.run { platform in
            let transport = ScriptedTransport(.relayUnavailable(reason: "refused"))
            let key = try await platform.disabledKey { $0.sendsNotices = false }
            #expect(try await platform.revalidate(mail: transport).notices.deferred == 1)
            try await platform.set(key, .valid)
            platform.clock.advance(days: 1)
            try await platform.revalidate(mail: transport)
            await transport.answer(.accepted(reply: "ok"))
            platform.clock.advance(hours: 1)
            #expect(try await platform.revalidate(mail: transport).notices.sent == 1)
            let last = try #require(await transport.handed.last)
            #expect(try ParsedMail(last.message).text.contains("works again"))
            #expect(try await platform.texts("SELECT state FROM mail ORDER BY state") == ["sent", "suppressed"])
            #expect(try await platform.texts("SELECT state FROM notice") == ["mailed", "mailed"])
            #expect(try await platform.count("SELECT count(*) FROM audit_entry WHERE event = 'mail.withdrawn'") == 1)
            #expect(
                try await platform.texts("SELECT count(DISTINCT created_at) FROM mail") == ["1"],
                "it counts since the first was owed, or a relay that is away for days would hold up nothing")
        }
    }

    @Test("A mail that one recipient has received is not composed again for the other")
    func toldInPart() async throws {
        try await Platform.run { platform in
            try await platform.store.changeTenant("acme") {
                $0.addresses = try ["a@acme.example", "b@acme.example"].map(MailAddress.init)
            }
            let transport = ScriptedTransport(.relayUnavailable(reason: "refused"))
            let key = try await platform.addKey("valid_no_balance", provider: "deepseek")
            try await platform.revalidate(mail: transport)
            try await platform.execute(
                "UPDATE mail SET state = 'sent', next_attempt_at = NULL WHERE address = 'a@acme.example'")
            try await platform.set(key, .valid)
            _ = try await platform.addKey("valid_no_balance", provider: "deepseek")
            platform.clock.advance(hours: 1)
            await transport.answer(.accepted(reply: "ok"))
            #expect(try await platform.revalidate(mail: transport).notices.sent == 3)
            #expect(try await platform.count("SELECT count(*) FROM mail WHERE state = 'suppressed'") == 0)
        }
    }

    @Test("A mail that fails days after it was composed is reported when it fails")
    func lateFailure() async throws {
        try await Platform.run { platform in
            let transport = ScriptedTransport(.relayUnavailable(reason: "refused"))
            try await platform.oweMail(transport)
            await transport.answer(.refused(code: 550, reply: "no such user"))
            platform.clock.advance(hours: 30)
            let report = try await platform.revalidate(mail: transport)
            #expect(report.notices.failed == 1 && report.exitStatus == 3)
            #expect(report.attention.texts == ["1 mail of the last 24 hours failed"])
            platform.clock.advance(hours: 25)
            #expect(try await platform.revalidate(mail: transport).exitStatus == 0)
        }
    }

    @Test("A slow relay delays no run beyond its time limit: the next run sends the rest", arguments: [true, false])
    func slowRelay(isStopped: Bool) async throws {
        try await Platform.run { platform in
            for tenant in ["one", "two", "three"] {
                try await platform.addTenant(tenant)
                _ = try await platform.addKey("valid_no_balance", provider: "deepseek", tenant: tenant)
            }
            let clock = platform.clock
            let stop = StopSignal()
            let transport = ScriptedTransport { isStopped ? stop.raise() : clock.advance(minutes: 53) }
            let report = try await platform.revalidate(mail: transport) { $0.stop = stop }
            #expect(report.notices.sent == 1)
            #expect(report.outcome == .partial)
            #expect(report.exitStatus == 75)
            #expect(try await platform.revalidate(mail: ScriptedTransport()).notices.sent == 2)
        }
    }

    @Test("Attempts of another sender count: no mail is sent a third time")
    func staleSender() async throws {
        try await Platform.run { platform in
            try await platform.oweMail(ScriptedTransport(.relayUnavailable(reason: "away")))
            let now = platform.clock.now
            let due = try #require(try await platform.store.database.read { try MailTable.due(now: now, in: $0).first })
            try await platform.revalidate(mail: ScriptedTransport(.inDoubt(reason: "no reply")))
            platform.clock.advance(hours: 1)
            let claimed = try await platform.store.transaction { transaction in
                try MailTable.claim(due, sender: "slow", in: transaction)
            }
            let (mail, message) = try #require(claimed)
            #expect(mail.inDoubtCount == 1)
            #expect(mail.sender == "slow")
            #expect(!message.isEmpty)
        }
    }

    @Test("A mail without a final answer is in doubt, resent once after half an hour with its Message-ID, then failed")
    func inDoubt() async throws {
        try await Platform.run { platform in
            let transport = ScriptedTransport(.inDoubt(reason: "no reply"))
            let report = try await platform.oweMail(transport)
            #expect(report.notices.deferred == 1)
            platform.clock.advance(minutes: 29)
            try await platform.revalidate(mail: transport)
            #expect(await transport.handed.count == 1)
            platform.clock.advance(minutes: 1)
            #expect(try await platform.revalidate(mail: transport).notices.failed == 1)
            #expect(try await platform.mailState() == "failed|no reply|2|")
            #expect(try await platform.told(.mailFailed).first?.hasSuffix(": final answer lost twice") == true)
            let handed = await transport.handed
            #expect(handed.count == 2 && handed[0].message == handed[1].message)
        }
    }

    @Test("A mail left by a sender whose lease is over is in doubt, and not resent at once")
    func stoppedSender() async throws {
        try await Platform.run { platform in
            let transport = ScriptedTransport(.relayUnavailable(reason: "away"))
            try await platform.oweMail(transport)
            let until = platform.clock.now + 900
            _ = try await platform.store.database.transaction { connection in
                try connection.execute(
                    "UPDATE mail SET state = 'sending', sender = 'elsewhere', sending_until = $1", [.time(until)])
            }
            await transport.answer(.accepted(reply: "ok"))
            platform.clock.advance(minutes: 14)
            try await platform.revalidate(mail: transport)
            #expect(await transport.handed.count == 1)
            platform.clock.advance(minutes: 1)
            try await platform.revalidate(mail: transport)
            #expect(try await platform.mailState().hasPrefix("inDoubt|the sender was stopped"))
            platform.clock.advance(minutes: 30)
            #expect(try await platform.revalidate(mail: transport).notices.sent == 1)
            #expect(await transport.handed.count == 2)
        }
    }

    @Test("A sender that resumes late does not overwrite that the mail was sent")
    func lateSender() async throws {
        try await Platform.run { platform in
            try await platform.oweMail(ScriptedTransport())
            let id = try await platform.texts("SELECT id FROM mail")[0]
            let mail = OutgoingMail(id: id, tenantID: "acme", address: "x", inDoubtCount: 0, firstAnswerAt: nil)
            try await platform.store.command { transaction in
                try MailTable.settle(mail, as: .deferred(reply: "late", isAnswer: true), in: transaction)
            }
            #expect(try await platform.mailState() == "sent|ok|1|")
        }
    }

    @Test("A real SMTP server receives the mail, with the Message-ID that the store holds")
    func smtp() async throws {
        try await Platform.run { platform in
            let server = try await PythonServer(Self.sink)
            let relay = try SMTPRelay(url: "smtp://127.0.0.1:\(server.port)", insecureLoopback: true)
            try await platform.store.changeTenant("acme") {
                $0.addresses = try ["a@acme.example", "b@acme.example"].map(MailAddress.init)
            }
            let report = try await platform.oweMail(SMTPTransport(relay))
            #expect(report.notices.sent == 2 && report.exitStatus == 0)
            let transcript = server.transcript
            let ids = try await platform.texts("SELECT message_id FROM mail")
            #expect(transcript.count == 2 && Set(ids).count == 2)
            for id in ids { #expect(transcript.contains { $0.contains("Message-ID: <\(id)>") }) }
            #expect(
                Set(transcript.compactMap { $0.split(separator: " ").first }) == ["a@acme.example", "b@acme.example"])
        }
    }

    private static let sink = #"""
        import asyncio, sys
        from aiosmtpd.smtp import SMTP
        log = open(sys.argv[1] + "/transcript", "a", buffering=1)

        class Sink:
            async def handle_DATA(self, server, session, envelope):
                log.write("%s %r\n" % (",".join(envelope.rcpt_tos), envelope.content))
                return "250 2.0.0 kept"

        async def main():
            server = await asyncio.get_running_loop().create_server(lambda: SMTP(Sink()), "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1])
            await server.serve_forever()
        asyncio.run(main())
        """#
}

extension Platform {
    /// A run that owes `acme` a mail about credit and tries to send it.
    @discardableResult
    func oweMail(_ transport: any MailTransport) async throws -> RunReport {
        _ = try await addKey("valid_no_balance", provider: "deepseek")
        return try await revalidate(mail: transport)
    }

    /// The state, reply, attempts and sender of the only mail.
    func mailState() async throws -> String {
        let mails = try await texts(
            "SELECT state || '|' || coalesce(reply, '') || '|' || attempts || '|' || coalesce(sender, '') FROM mail")
        #expect(mails.count == 1)
        return mails.first ?? ""
    }
}
