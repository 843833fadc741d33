import Curl
import Database
import Foundation
import Judgement
import KeyVigil
import Mail
import Testing
import Vocabulary

@testable import Revalidation

/// Expiry notices, and disablings held while notices or mails wait.
struct OutboxBacklogTests {
    @Test("Only the nearest threshold is reported, each once; missed runs lose and repeat none")
    func expiry() async throws {
        try await Platform.run { platform in
            let expiry = platform.clock.now + 40 * 86_400
            _ = try await platform.addKey(expiresAt: expiry)
            var sent: [Int: Int] = [:]
            // Daily runs, but none between 20 and 6 days before the end.
            for day in 0...42 {
                let left = 40 - day
                if !(7...19).contains(left) {
                    let count = try await platform.revalidate().notices.sent
                    if count > 0 { sent[left] = count }
                    #expect(try await platform.revalidate().notices.sent == 0)
                }
                platform.clock.advance(days: 1)
            }
            #expect(sent == [30: 1, 6: 1, 1: 1])
        }
    }

    @Test("Many keys that expire on one day are reported page by page; a run that owes no notice finds none")
    func manyExpiries() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKeys(1_001)
            let end = platform.clock.now + 5 * 86_400
            _ = try await platform.store.database.transaction { connection in
                try connection.execute("UPDATE stored_key SET expires_at = $1", [.time(end)])
            }
            #expect(try await platform.owedExpiryNotices() == [500, 500, 1])
            let report = try await platform.revalidate {
                $0.selection.limit = 0
                $0.sendsNotices = false
            }
            #expect(report.notices.queued == 1_001)
            #expect(try await platform.count("SELECT count(DISTINCT subject) FROM notice") == 1_001)
            #expect(try await platform.owedExpiryNotices() == [0, 0, 0])
            let sent = try await platform.revalidate { $0.selection.limit = 0 }
            #expect(sent.notices.sent == 3 && sent.notices.queued == 0, "no mail tells of more than 500 keys")
            #expect(try await platform.count("SELECT count(*) FROM notice WHERE state = 'mailed'") == 1_001)
            #expect(try await platform.count("SELECT count(*) FROM mail_notice") == 1_001)
        }
    }

    @Test("A key stored shortly before its expiry is reported once")
    func lateExpiry() async throws {
        try await Platform.run { platform in
            _ = try await platform.addKey(expiresAt: platform.clock.now + 3 * 86_400)
            #expect(try await platform.revalidate().notices.sent == 1)
            #expect(try await platform.texts("SELECT episode FROM notice").allSatisfy { $0.hasSuffix("/7/v1") })
            platform.clock.advance(days: 1)
            #expect(try await platform.revalidate().notices.sent == 0)
        }
    }

    @Test(
        "An expiry that has passed or moved, or of a key out of use, is not reported",
        arguments: [
            "passed", "moved", "disabled",
        ])
    func expiryOver(how: String) async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(expiresAt: platform.clock.now + 5 * 86_400)
            try await platform.revalidate { $0.sendsNotices = false }
            #expect(try await platform.texts("SELECT state FROM notice") == ["waiting"])
            switch how {
            case "passed": platform.clock.advance(days: 6)
            case "moved": try await platform.replace(key)
            default: try await platform.store.disable(key.id)
            }
            #expect(try await platform.revalidate { $0.expiringDays = [] }.notices.sent == 0)
            #expect(try await platform.texts("SELECT state FROM notice") == ["dropped"])
        }
    }

    @Test("An expiry disables nothing; the key is due an hour later")
    func expired() async throws {
        try await Platform.run { platform in
            let key = try await platform.addKey(expiresAt: platform.clock.now + 7200)
            try await platform.revalidate()
            // Its turn may come even sooner.
            let slot = try KeySlot(keyID: key.id).seconds
            let turn = KeySlot.next(after: platform.clock.now, slot: slot, period: Timing().period)
            #expect(try await platform.health(key).nextProbeAt == min(turn, platform.clock.now + 10_800))
            platform.clock.advance(hours: 3)
            let report = try await platform.revalidate()
            #expect(report.keys.probed == 1)
            #expect(try await platform.health(key).status == .active)
        }
    }

    @Test("While too many notices wait nothing is disabled; once they are sent disabling continues")
    func backlog() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            _ = try await platform.addKeys(3, "valid_no_balance", provider: "deepseek")
            let bad = try await platform.addKey(.invalid)
            try await platform.revalidate { $0.sendsNotices = false }
            try await platform.keepAlive(good)
            let held = try await platform.revalidate {
                $0.sendsNotices = false
                $0.mostWaitingNotices = 2
            }
            #expect(held.transitions["held"] == 1 && held.transitions["disabled"] == 0)
            #expect(try await platform.health(bad).status == .active)
            try await platform.revalidate()
            try await platform.keepAlive(good)
            #expect(try await platform.revalidate { $0.mostWaitingNotices = 2 }.transitions["disabled"] == 1)
        }
    }

    @Test("Notices that the run itself queues count in the backlog too")
    func backlogOfOneRun() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKeys(5)
            _ = try await platform.addKeys(20, .invalid)
            try await platform.revalidate { $0.breaker.minimum = 50 }
            platform.clock.advance(days: 1)
            try await platform.makeDue(good)
            let report = try await platform.revalidate {
                $0.breaker.minimum = 50
                $0.breaker.capMinimum = 50
                $0.sendsNotices = false
                $0.mostWaitingNotices = 5
            }
            #expect(report.transitions["disabled"] == 6 && report.transitions["held"] == 14)
            #expect(try await platform.count("SELECT count(*) FROM notice WHERE state = 'waiting'") == 6)
        }
    }

    @Test("A platform without mail disables without waiting for mails")
    func noMail() async throws {
        try await Platform.run { platform in
            let good = try await platform.addKey()
            _ = try await platform.addKeys(3, "valid_no_balance", provider: "deepseek")
            _ = try await platform.addKey(.invalid)
            try await platform.revalidate(hasMail: false)
            try await platform.keepAlive(good)
            let report = try await platform.revalidate(hasMail: false) { $0.mostWaitingNotices = 0 }
            #expect(report.transitions["disabled"] == 1)
            #expect(report.notices.queued == 1)
            #expect(report.exitStatus == 0)
        }
    }

    @Test(
        "While a mail has waited a day for the relay nothing is disabled; a deferring recipient holds nothing",
        arguments: [
            (Delivery.relayUnavailable(reason: "away"), 0), (.deferred(code: 451, reply: "later"), 1),
        ])
    func relayAway(answer: Delivery, disabled: Int) async throws {
        try await Platform.run { platform in
            let transport = ScriptedTransport(answer)
            let good = try await platform.addKey()
            _ = try await platform.addKey("valid_no_balance", provider: "deepseek")
            _ = try await platform.addKey(.invalid)
            try await platform.revalidate(mail: transport)
            try await platform.keepAlive(good, days: 1.1)
            let report = try await platform.revalidate(mail: transport)
            #expect(report.transitions["disabled"] == disabled && report.transitions["held"] == 1 - disabled)
        }
    }
}

extension Platform {
    /// The number of owed notices, page by page.
    fileprivate func owedExpiryNotices() async throws -> [Int] {
        let now = clock.now
        return try await store.database.read { connection in
            var owed = OwedExpiryNotices(daysBefore: [1, 7, 30], now: now)
            var counts = [Int]()
            while let page = try owed.next(connection) {
                owed = page.rest
                counts.append(page.notices.count)
            }
            return counts
        }
    }
}
