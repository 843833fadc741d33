internal import Foundation

/// The one thread of a ``FaultProxy``: waits until a socket is readable or writable, and moves bytes.
///
/// `@unchecked Sendable` holds because every access to its state takes the lock. The thread waits without the lock, and
/// does nothing afterwards if the connections have changed in the meantime.
final class FaultProxyLoop: @unchecked Sendable {
    let port: Int
    private let lock = NSLock()
    private let target: FaultProxy.Target
    private let isPostgres: Bool
    private let listener: Int32
    /// A byte written to the first wakes the thread, which waits for the second as well.
    private let alarm: (Int32, Int32)
    private var openConnections: [FaultProxyConnection] = []
    private var generation = 0
    private var isStopped = false
    private var currentMode = FaultProxy.Mode.pass
    private var counts = (accepted: 0, statementCuts: 0)

    init(_ target: FaultProxy.Target, isPostgres: Bool) throws {
        self.target = target
        self.isPostgres = isPostgres
        listener = try LoopbackPort.makeSocket()
        // Bound to a port by number, so that the listener keeps it while it refuses connections.
        port = try LoopbackPort.bind(listener, to: LoopbackPort.lasting())
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        listen(listener, 128)
        var ends: [Int32] = [-1, -1]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
        alarm = (ends[0], ends[1])
    }

    deinit { for descriptor in [listener, alarm.0, alarm.1] { close(descriptor) } }

    func start() { Thread.detachNewThread { while self.turn() {} } }

    func stop() { change { isStopped = true } }

    func cut() {
        change {
            openConnections.forEach { $0.close(reset: true) }
            openConnections = []
        }
    }

    var mode: FaultProxy.Mode {
        get { lock.withLock { currentMode } }
        set { change { apply(newValue) } }
    }
    var statementCuts: Int { lock.withLock { counts.statementCuts } }
    var connections: Int { lock.withLock { openConnections.count } }
    var accepted: Int { lock.withLock { counts.accepted } }

    private func change(_ body: () -> Void) {
        lock.withLock {
            body()
            generation += 1
        }
        send(alarm.0, [1], 1, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
    }

    private func apply(_ mode: FaultProxy.Mode) {
        if mode.isRefusing && !currentMode.isRefusing { shutdown(listener, Int32(SHUT_RDWR)) }
        if !mode.isRefusing && currentMode.isRefusing { listen(listener, 128) }
        if mode.isHolding { openConnections.forEach { $0.forgetWaiting() } }
        currentMode = mode
    }

    /// Waits once and acts once; returns false once the proxy is stopped.
    private func turn() -> Bool {
        let (waiting, timeout, seen) = lock.withLock { (socketsToWaitFor(), milliseconds(), generation) }
        var sockets = waiting
        poll(&sockets, nfds_t(sockets.count), timeout)
        var byte: UInt8 = 0
        if sockets[0].revents != 0 { recv(alarm.1, &byte, 1, Int32(MSG_DONTWAIT)) }
        return lock.withLock {
            guard !isStopped else {
                openConnections.forEach { $0.close(reset: true) }
                return false
            }
            act(sockets.map { seen == generation && $0.revents != 0 })
            return true
        }
    }

    /// What `poll` waits for: the alarm, the listener, then each connection's client and server.
    private func socketsToWaitFor() -> [pollfd] {
        let now = ContinuousClock.now
        let new = pollfd(fd: currentMode.isRefusing ? -1 : listener, events: Int16(POLLIN), revents: 0)
        return [pollfd(fd: alarm.1, events: Int16(POLLIN), revents: 0), new]
            + openConnections.flatMap {
                [$0.client.wait(now, isRead: !$0.server.isFull), $0.server.wait(now, isRead: !$0.client.isFull)]
            }
    }

    /// The timeout of `poll`: until delayed bytes are due; -1 waits without a limit.
    private func milliseconds() -> Int32 {
        let now = ContinuousClock.now
        guard let next = openConnections.compactMap(\.nextDue).filter({ $0 > now }).min() else { return -1 }
        return Int32(min((next - now) / .milliseconds(1), 3_600_000)) + 1
    }

    private func act(_ isReady: [Bool]) {
        let now = ContinuousClock.now
        for (index, connection) in openConnections.enumerated() {
            if isReady[2 + 2 * index] { hearClient(of: connection, now) }
            if isReady[3 + 2 * index] { connection.hearServer(currentMode, now) }
            if connection.settle(currentMode, now) { counts.statementCuts += 1 }
        }
        openConnections.removeAll { !$0.isOpen }
        if isReady[1] { accept() }
    }

    private func hearClient(of connection: FaultProxyConnection, _ now: ContinuousClock.Instant) {
        guard connection.hearClient(currentMode, now) else { return }
        if !currentMode.isAwaiting {
            connection.abandonClient()
            counts.statementCuts += 1
        }
        currentMode = currentMode.next
    }

    private func accept() {
        guard let client = LoopbackPort.accept(listener) else { return }
        counts.accepted += 1
        do {
            let server = try connect()
            openConnections.append(FaultProxyConnection(client: client, server: server, isPostgres: isPostgres))
        } catch {
            // The server is down: its client is cut off, as it would be without the proxy.
            var end = FaultProxyEnd(client)
            end.close(reset: true)
        }
    }

    private func connect() throws -> Int32 {
        switch target {
        case .port(let port): try LoopbackPort.connect(to: port)
        case .socket(let path): try LoopbackPort.connect(toSocket: path)
        }
    }
}
