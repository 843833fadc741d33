internal import Curl
internal import Database
internal import Foundation
internal import Judgement
internal import KeyVigil
internal import Mail

/// The work of one run on the outbox: composes mails from waiting notices, then sends those that are due.
struct OutboxPass {
    let outbox: Outbox
    let catalogue: Catalogue
    let store: KeyStore
    let run: AuditedRun
    /// No delivery begins after it.
    let end: Date
    let stop: StopSignal
    /// The results so far.
    private(set) var delivered = Outbox.Delivered()

    /// Composes and sends, with one attempt for each mail.
    mutating func deliverAll() async throws {
        guard try await hasWork() else { return try await countFailed() }
        try await recoverStopped()
        try await compose()
        Failpoint.mailComposed.hit()
        let watch = Task { [transport = outbox.transport, stop] in
            while !stop.isRaised, (try? await Task.sleep(for: .milliseconds(100))) != nil {}
            if stop.isRaised { transport.stop() }
        }
        defer { watch.cancel() }
        try await sendDue()
        try await countFailed()
    }

    /// Checks in a read transaction, which blocks no writer, because most runs have no mail to send.
    private func hasWork() async throws -> Bool {
        let now = store.now()
        return try await store.database.read { try MailTable.hasWork(now: now, in: $0) }
    }

    /// Sets mails whose sender stopped in the middle to in doubt, never to pending (ruling 16). Only an idempotent
    /// transport sends them again as if they had not been tried.
    private func recoverStopped() async throws {
        let isIdempotent = outbox.transport.isIdempotent
        try await store.transaction(of: run) { transaction in
            for mail in try MailTable.stopped(now: transaction.now, in: transaction.connection) {
                let doubt = mail.settlement(of: .inDoubt(reason: "the sender was stopped"), now: transaction.now)
                try MailTable.settle(mail, as: isIdempotent ? .again : doubt, in: transaction)
            }
        }
    }

    private mutating func compose() async throws {
        let composer = MailComposer(outbox: outbox, catalogue: catalogue, now: store.now())
        let unusable = try await store.database.read { try RecipientTable.unusableAddressCount(in: $0) }
        if unusable > 0 {
            delivered.attention.append(.unusableAddresses(unusable))
        }
        var unaddressed = 0
        var uncomposed = 0
        let tenants = try await store.database.read { try NoticeTable.tenantsWithWaiting(in: $0) }
        for tenantID in tenants where !stop.isRaised {
            do {
                if try await !compose(for: tenantID, with: composer) { unaddressed += 1 }
            } catch let error as DatabaseError {
                throw error
            } catch {
                uncomposed += 1
            }
        }
        if unaddressed > 0 { delivered.attention.append(.unaddressedTenants(unaddressed)) }
        if uncomposed > 0 { delivered.attention.append(.uncomposedMails(uncomposed)) }
    }

    /// Composes a tenant's mails. Returns false where neither the tenant's owners nor the operators have an address.
    ///
    /// Each part of a tenant's keys is composed in its own transaction. A tenant whose mail cannot be composed delays
    /// no other tenant, no mail is too large for a server, and other writers do not wait long for the store.
    private func compose(for tenantID: String, with composer: MailComposer) async throws -> Bool {
        var part: MailComposer.Part? = MailComposer.Part()
        while let present = part, !stop.isRaised {
            let composed = try await store.transaction(of: run) { transaction in
                var next = present
                let isTold = try composer.compose(for: tenantID, &next, in: transaction)
                return (next: next.isLast ? nil : next, isTold: isTold)
            }
            part = composed.next
            guard composed.isTold else { return false }
        }
        return true
    }

    /// Sends the mails that are due. After two failures of the relay in a row the other mails wait for the next run;
    /// a single failure may be the fault of one mail (ruling 19).
    private mutating func sendDue() async throws {
        let now = store.now()
        var failures = 0
        for mail in try await store.database.read({ try MailTable.due(now: now, in: $0) })
        where !stop.isRaised && failures < 2 {
            guard store.now() < end else {
                delivered.isCutShort = true
                break
            }
            guard let delivery = try await send(mail) else { continue }
            if case .relayUnavailable(let reason) = delivery {
                if failures == 0 { delivered.attention.append(.relayUnavailable(reason: reason)) }
                failures += 1
            } else {
                failures = 0
            }
        }
    }

    /// Claims one mail, sends it and stores the result. Nil where another sender has claimed it.
    private mutating func send(_ mail: OutgoingMail) async throws -> Delivery? {
        let sender = store.runner.description
        let deadline = ContinuousClock.now + OutgoingMail.sendWithin
        let claimed = try await store.transaction { transaction in
            try MailTable.claim(mail, sender: sender, in: transaction)
        }
        guard let (mail, message) = claimed else { return nil }
        Failpoint.mailClaimed.hit()
        let delivery = await outbox.transport.deliver(
            message, mailID: mail.id, from: outbox.settings.from.address, to: try MailAddress(mail.address),
            startingBefore: deadline)
        Failpoint.mailDelivered.hit()
        try await record(delivery, of: mail)
        Failpoint.mailRecorded.hit()
        return delivery
    }

    private mutating func record(_ delivery: Delivery, of mail: OutgoingMail) async throws {
        let settlement = mail.settlement(of: delivery, now: store.now())
        try await store.transaction(of: run) { try MailTable.settle(mail, as: settlement, in: $0) }
        switch settlement {
        case .sent: delivered.sent += 1
        case .failed: delivered.failed += 1
        case .again, .deferred, .inDoubt: delivered.deferred += 1
        }
    }

    private mutating func countFailed() async throws {
        let since = store.now().addingTimeInterval(-Timing.day)
        let failed = try await store.database.read { try MailTable.failedCount(since: since, in: $0) }
        if failed > 0 { delivered.attention.append(.failedMails(failed)) }
    }
}
