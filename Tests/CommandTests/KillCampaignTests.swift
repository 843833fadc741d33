import Foundation
import TestSupport
import Testing

@testable import Revalidation

@Suite("Runs that are killed day after day", .serialized)
struct KillCampaignTests {
    /// Each fail-point at its first visit, those of mails also at their second, and any instant.
    private static let places =
        Failpoint.allCases.map(\.rawValue) + ["mailClaimed:2", "mailDelivered:2", "mailRecorded:2", "anywhere"]

    /// On both engines concurrently, because a run mostly waits.
    @Test("Kills at each fail-point and at any instant lose nothing, repeat nothing, and send no needless mail (C1)")
    func killed() async throws {
        async let embedded: Void = killed(isOnServer: false)
        try await killed(isOnServer: true)
        try await embedded
    }

    private func killed(isOnServer: Bool) async throws {
        var row = CampaignRow(
            "C1", isOnServer: isOnServer, injected: "SIGKILL of a run at \(Self.places.count - 1) places, or anywhere")
        let wanted = Campaign.count(ci: 250, long: 5_000)
        while row.times < wanted { try await month(of: min(50, wanted - row.times), isOnServer, &row) }
        row.print()
    }

    private func month(of kills: Int, _ isOnServer: Bool, _ row: inout CampaignRow) async throws {
        var platform = try await LivingPlatform(onServer: isOnServer)
        let last = row.times + kills
        var mailsAtRisk = 0
        while row.times < last {
            let place = Self.places[row.times % Self.places.count]
            try await platform.beginDay()
            guard try await kill(platform, at: place) else { continue }
            row.times += 1
            if ["mailDelivered", "mailDelivered:2", "anywhere"].contains(place) { mailsAtRisk += 1 }
            // After every other kill no recovery run follows, so the next kill hits the run that recovers.
            guard row.times % 2 == 0 else { continue }
            let next = try await platform.runLater()
            #expect([0, 3].contains(next.status), "after \(place): \(next)")
        }
        _ = try await platform.runLater()
        let quiet = try await platform.runLater()
        #expect(quiet.number("notices", "sent") == 0, "\(quiet)")
        let inspection = try platform.inspection()
        try await platform.machine.expectInvariants(inspection, &row)
        #expect(inspection.extraMails <= mailsAtRisk)
        let events = ["key.disabled", "key.recovered"]
        for event in events { #expect(try await platform.machine.events(event) > 0, "nothing happened") }
    }

    /// Returns false if the run did not reach that fail-point.
    private func kill(_ platform: LivingPlatform, at place: String) async throws -> Bool {
        let failpoint = place == "anywhere" ? [:] : ["KEYVIGIL_FAILPOINT": place]
        let program = try platform.machine.start(["run", "--all"], days: platform.day, environment: failpoint)
        if place == "anywhere" {
            try await Task.sleep(for: .milliseconds(.random(in: 20...250)))
            program.signal(SIGKILL)
        }
        let done = await program.finish()
        #expect([0, 3, -SIGKILL].contains(done.status), "\(done)")
        return done.status == -SIGKILL
    }
}
