internal import Foundation

/// One client's connection through a ``FaultProxy``. Its owner calls it with the lock held.
final class FaultProxyConnection {
    private(set) var client: FaultProxyEnd
    private(set) var server: FaultProxyEnd
    private var conversation: PostgresConversation
    /// Whether the wanted statement was passed on: the client gets no more bytes.
    private var isCondemned = false
    /// How many of the client's bytes were passed on while they were counted.
    private var forwarded = 0

    init(client: Int32, server: Int32, isPostgres: Bool) {
        self.client = FaultProxyEnd(client)
        self.server = FaultProxyEnd(server)
        conversation = PostgresConversation(isOpaque: !isPostgres)
    }

    var isOpen: Bool { client.isOpen || server.isOpen }

    /// When there is something to send.
    var nextDue: ContinuousClock.Instant? { [client.nextDue, server.nextDue].compactMap(\.self).min() }

    /// Reads from the client and passes on what the mode allows. Returns whether the wanted statement was passed on.
    func hearClient(_ mode: FaultProxy.Mode, _ now: ContinuousClock.Instant) -> Bool {
        let bytes = client.receive()
        if isCondemned { return false }
        if mode.isHolding {
            let passed = bytes.prefix(max(0, mode.forwards - forwarded))
            forwarded += passed.count
            server.add(Array(passed), due: now)
            return false
        }
        let heard = conversation.hear(fromClient: bytes, wanted: mode.wanted)
        server.add(heard.passed, due: now + mode.delay)
        isCondemned = heard.isFound
        return heard.isFound
    }

    /// Reads from the server and passes on what the mode allows.
    func hearServer(_ mode: FaultProxy.Mode, _ now: ContinuousClock.Instant) {
        let bytes = server.receive()
        if mode.isHolding && !isCondemned { return }
        conversation.hear(fromServer: bytes)
        if !isCondemned { client.add(bytes, due: now + mode.delay) }
    }

    /// Sends what is due, and closes the connection once it has ended. Returns whether a condemned client was cut off.
    func settle(_ mode: FaultProxy.Mode, _ now: ContinuousClock.Instant) -> Bool {
        server.flush(now)
        if isCondemned { return settleCondemned() }
        client.flush(now)
        if mode.isHolding { return false }
        if (client.hasEnded && server.isIdle) || (server.hasEnded && client.isIdle) { close(reset: false) }
        return false
    }

    /// Cuts the client off at once; the server's connection stays until it has answered.
    func abandonClient() { client.close(reset: true) }

    func close(reset: Bool) {
        client.close(reset: reset)
        server.close(reset: reset)
    }

    /// Drops the bytes that were still to be sent, as a dead line does.
    func forgetWaiting() {
        client.forgetWaiting()
        if !isCondemned { server.forgetWaiting() }
    }

    private func settleCondemned() -> Bool {
        guard conversation.unanswered <= 0 || server.hasEnded else { return false }
        let isCut = client.isOpen
        client.close(reset: true)
        server.close(reset: false)
        return isCut
    }
}

extension FaultProxy.Mode {
    var isHolding: Bool {
        switch self {
        case .hold, .holdAfterForwarding: true
        default: false
        }
    }
    var forwards: Int { if case .holdAfterForwarding(let bytes) = self { bytes } else { 0 } }
    var isRefusing: Bool { if case .refuse = self { true } else { false } }
    var delay: Duration { if case .delay(let delay) = self { delay } else { .zero } }
    var isAwaiting: Bool { if case .cutAfterForwarding(_, let isAwaiting, _) = self { isAwaiting } else { false } }

    var wanted: [UInt8]? {
        if case .cutAfterForwarding(let text, _, let times) = self, times > 0 { Array(text.utf8) } else { nil }
    }

    /// The mode after one cut.
    var next: Self {
        guard case .cutAfterForwarding(let text, let isAwaiting, let times) = self, times > 1 else { return .pass }
        return .cutAfterForwarding(text, awaitingAnswer: isAwaiting, times: times - 1)
    }
}
