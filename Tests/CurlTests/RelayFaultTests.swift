import Curl
import TestSupport
import Testing

@Suite("What becomes of a mail when the relay misbehaves")
struct RelayFaultTests {
    enum Fate: Sendable { case accepted, deferred, refused, unavailable, inDoubt }

    @Test(
        "Each fault has one meaning",
        arguments: [
            ("none", Fate.accepted), ("close-after-250", .accepted), ("long-reply", .accepted),
            ("450-at-rcpt", .deferred), ("550-at-rcpt", .refused), ("421-at-rcpt", .unavailable),
            ("451-at-data", .deferred), ("554-at-data", .refused),
            ("451-after-dot", .deferred), ("554-after-dot", .refused), ("421-after-dot", .unavailable),
            ("close-after-dot", .inDoubt), ("reset-after-dot", .inDoubt), ("silent-after-dot", .inDoubt),
            ("half-after-dot", .inDoubt), ("garbage-after-dot", .inDoubt),
            ("421-at-mail", .unavailable), ("550-at-mail", .unavailable), ("busy", .unavailable),
            ("refused-hello", .unavailable), ("garbage-greeting", .unavailable), ("silent-greeting", .unavailable),
            ("silent-rcpt", .unavailable), ("close-at-rcpt", .unavailable),
        ])
    func faults(fault: String, fate: Fate) async throws {
        let server = try await PythonServer(MisbehavingRelay.script, [fault])
        let delivery = try await SMTPFixture.deliver(to: SMTPFixture.insecureRelay(server.port))
        #expect(delivery.fate == fate, "\(delivery)")
        // Nothing is sent again behind the caller's back.
        #expect(server.transcript.count { $0.contains("message") } <= 1)
    }

    @Test("A message that broke off half-way was not sent")
    func halfWay() async throws {
        let server = try await PythonServer(MisbehavingRelay.script, ["reset-in-data"])
        // More than the socket buffers of both ends hold; a small message would be handed over before the break.
        let message = String(repeating: String(repeating: "x", count: 99) + "\n", count: 120_000)
        let delivery = try await SMTPFixture.deliver(message, to: SMTPFixture.insecureRelay(server.port))
        #expect(delivery.fate == .unavailable, "\(delivery)")
    }

    @Test("Of a mail whose time is over before its message could begin, no byte is sent", arguments: [0, 500])
    func tooLate(milliseconds: Int) async throws {
        let server = try await PythonServer(MisbehavingRelay.script, ["slow-rcpt"])
        let client = try SMTPClient(SMTPFixture.insecureRelay(server.port))
        let delivery = await SMTPFixture.deliver(by: client, within: .milliseconds(milliseconds))
        #expect(delivery == .relayUnavailable(reason: "there was no time left to send it"))
        #expect(server.transcript.contains { $0.contains("DATA") } == (milliseconds > 0))
        #expect(!server.transcript.contains { $0.contains("message") })
        #expect(await SMTPFixture.deliver(by: client).fate == .accepted)
    }

    @Test("The relay's words are kept as one printable line of at most 200 characters, with the code beside")
    func replies() async throws {
        let refusing = try await PythonServer(MisbehavingRelay.script, ["550-at-rcpt"])
        let refusal = try await SMTPFixture.deliver(to: SMTPFixture.insecureRelay(refusing.port))
        #expect(refusal == .refused(code: 550, reply: "1.2.3 no? such ?? user"))
        let wordy = try await PythonServer(MisbehavingRelay.script, ["long-reply"])
        let acceptance = try await SMTPFixture.deliver(to: SMTPFixture.insecureRelay(wordy.port))
        #expect(acceptance == .accepted(reply: String(repeating: "x", count: 200)))
    }

    @Test("A kept connection that the relay closes costs no mail", arguments: ["421-second", "close-second"])
    func keptConnection(fault: String) async throws {
        let server = try await PythonServer(MisbehavingRelay.script, [fault])
        let client = try SMTPClient(SMTPFixture.insecureRelay(server.port))
        for _ in 0..<2 { #expect(await SMTPFixture.deliver(by: client).fate == .accepted) }
        #expect(server.transcript.count { $0.contains("message") } == 2)
        #expect(server.transcript.contains { $0.hasPrefix("2 ") })
    }

    @Test("After a refusal the next mail goes its way", arguments: ["550-at-rcpt", "554-after-dot"])
    func afterRefusal(fault: String) async throws {
        let server = try await PythonServer(MisbehavingRelay.script, [fault])
        let client = try SMTPClient(SMTPFixture.insecureRelay(server.port))
        for _ in 0..<3 { #expect(await SMTPFixture.deliver(by: client).fate == .refused) }
    }

    @Test("Clear text is never sent where STARTTLS is missing or refused", arguments: ["none", "starttls-lie"])
    func stripping(fault: String) async throws {
        let server = try await PythonServer(MisbehavingRelay.script, [fault])
        let relay = try SMTPRelay(url: "smtp://user:hidden-word@127.0.0.1:\(server.port)")
        #expect(try await SMTPFixture.deliver(to: relay).fate == .unavailable)
        #expect(!server.transcript.contains { $0.contains("MAIL") || $0.contains("AUTH") })
    }

    @Test("Nobody listening or an unknown host is the relay's fault")
    func noRelay() async throws {
        let silent = try SMTPFixture.insecureRelay(try LoopbackPort.free())
        #expect(
            try await SMTPFixture.deliver(to: silent)
                == .relayUnavailable(reason: "no connection to the relay could be made"))
        #expect(
            try await SMTPFixture.deliver(to: try SMTPRelay(url: "smtps://nobody.invalid"))
                == .relayUnavailable(reason: "the relay's host name could not be resolved"))
    }

    @Test("A final reply that comes too late is not taken for the next mail's")
    func lateReply() async throws {
        let server = try await PythonServer(MisbehavingRelay.script, ["late-after-dot"])
        let client = try SMTPClient(SMTPFixture.insecureRelay(server.port))
        #expect(await SMTPFixture.deliver(by: client).fate == .inDoubt)
        try server.signal("late")
        let next = await SMTPFixture.deliver(by: client)
        #expect(next == .accepted(reply: "queued as 1"))
        #expect(server.transcript.contains { $0.hasPrefix("2 message") })
    }

    @Test("A stop ends the delivery under way; a message handed over is then in doubt")
    func stop() async throws {
        let server = try await PythonServer(MisbehavingRelay.script, ["silent-after-dot"])
        let client = try SMTPClient(
            try SMTPRelay(url: "smtp://127.0.0.1:\(server.port)", insecureLoopback: true))
        async let first = SMTPFixture.deliver(by: client)
        for _ in 0..<1_000 {
            if server.transcript.contains(where: { $0.contains("message") }) { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        client.stop()
        #expect(await first == .inDoubt(reason: "stopped"))
        #expect(await SMTPFixture.deliver(by: client) == .relayUnavailable(reason: "stopped"))
    }
}
