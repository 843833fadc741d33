internal import Foundation

/// One of the two sockets of a proxied connection, with the bytes that still have to go out through it.
struct FaultProxyEnd {
    private(set) var descriptor: Int32
    /// The peer has said its last word.
    private(set) var hasEnded = false
    private var waiting: [(due: ContinuousClock.Instant, bytes: [UInt8])] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    var isOpen: Bool { descriptor >= 0 }
    /// Whether all bytes have gone out.
    var isIdle: Bool { waiting.isEmpty }
    /// Whether it would be unwise to take on more.
    var isFull: Bool { waiting.reduce(0) { $0 + $1.bytes.count } > 4 << 20 }
    /// When bytes can go out next.
    var nextDue: ContinuousClock.Instant? { waiting.first?.due }

    /// What to wait for: its bytes, if they are wanted, and room for the ones that are due.
    func wait(_ now: ContinuousClock.Instant, isRead: Bool) -> pollfd {
        let reading = isRead && !hasEnded ? POLLIN : 0
        let writing = nextDue.map { $0 <= now } ?? false ? POLLOUT : 0
        // Without anything to wait for, poll would report the end of a connection over and over.
        return pollfd(fd: reading | writing == 0 ? -1 : descriptor, events: Int16(reading | writing), revents: 0)
    }

    /// What has arrived, if anything has.
    mutating func receive() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { hasEnded = true }
        return Array(buffer.prefix(max(0, count)))
    }

    mutating func add(_ bytes: [UInt8], due: ContinuousClock.Instant) {
        if isOpen, !bytes.isEmpty { waiting.append((due, bytes)) }
    }

    mutating func forgetWaiting() { waiting = [] }

    /// Sends what is due, as far as the peer takes it.
    mutating func flush(_ now: ContinuousClock.Instant) {
        while let first = waiting.first, first.due <= now {
            let count = send(
                descriptor, first.bytes, first.bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
            if count < 0 {
                if errno != EAGAIN && errno != EINTR { (waiting, hasEnded) = ([], true) }
                return
            }
            waiting[0].bytes.removeFirst(count)
            if waiting[0].bytes.isEmpty { waiting.removeFirst() }
        }
    }

    /// Closes it; with a reset the peer gets an error instead of an end, and what has not gone out is lost.
    mutating func close(reset: Bool) {
        guard isOpen else { return }
        var linger = linger(l_onoff: reset ? 1 : 0, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        Foundation.close(descriptor)
        (descriptor, waiting) = (-1, [])
    }
}
