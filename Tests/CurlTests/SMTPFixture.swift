import Curl
import Mail
import TestSupport

/// Mails with defaults.
enum SMTPFixture {
    static let message = "Subject: Notice\r\n\r\nHello\r\n"

    /// Clear text on loopback with short patience.
    static func insecureRelay(_ port: Int) throws -> SMTPRelay {
        try SMTPRelay(
            url: "smtp://127.0.0.1:\(port)", insecureLoopback: true, replyTimeout: .seconds(3),
            finalReplyTimeout: .seconds(3))
    }

    static func deliver(_ message: String = message, to relay: SMTPRelay) async throws -> Delivery {
        await deliver(message, by: try SMTPClient(relay))
    }

    static func deliver(
        _ message: String = message, by client: SMTPClient, within patience: Duration = .seconds(600)
    ) async -> Delivery {
        guard let from = try? MailAddress("sender@example.com"), let to = try? MailAddress("tenant@example.org") else {
            return .relayUnavailable(reason: "the fixture's addresses are refused")
        }
        return await client.deliver(Array(message.utf8), from: from, to: to, startingBefore: .now + patience)
    }
}

extension Delivery {
    var fate: RelayFaultTests.Fate {
        switch self {
        case .accepted: .accepted
        case .deferred: .deferred
        case .refused: .refused
        case .relayUnavailable: .unavailable
        case .inDoubt: .inDoubt
        }
    }
}
