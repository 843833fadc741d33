import Curl
import Foundation
import Mail

@testable import Revalidation

/// A mail transport that gives the test's answer to each mail and records the mails.
actor ScriptedTransport: MailTransport {
    struct Handed: Sendable {
        let to: String
        let mailID: String
        let message: [UInt8]
    }

    nonisolated let isIdempotent = false
    private(set) var handed: [Handed] = []
    private var answer: Delivery
    /// Called for each mail, before the answer is given.
    private let whileSending: @Sendable () -> Void

    init(_ answer: Delivery = .accepted(reply: "ok"), whileSending: @escaping @Sendable () -> Void = {}) {
        self.answer = answer
        self.whileSending = whileSending
    }

    func answer(_ delivery: Delivery) { answer = delivery }

    func deliver(
        _ message: [UInt8], mailID: String, from: MailAddress, to: MailAddress,
        startingBefore deadline: ContinuousClock.Instant
    ) async -> Delivery {
        handed.append(Handed(to: to.text, mailID: mailID, message: message))
        whileSending()
        return answer
    }
}
