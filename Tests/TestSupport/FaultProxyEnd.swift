internal import Foundation

/// One of the two sockets of a proxied connection, with the bytes that still have to go out through it.
struct FaultProxyEnd {
    private(set) var descriptor: Int32
    /// Whether the peer has ended the connection, or it failed.
    private(set) var hasEnded = false
    private var waiting: [(due: ContinuousClock.Instant, bytes: [UInt8])] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    var isOpen: Bool { descriptor >= 0 }
    /// Whether all bytes have gone out.
    var isIdle: Bool { waiting.isEmpty }
    /// Whether more than 4 MiB wait to be sent, so that the other end is not read.
    var isFull: Bool { waiting.reduce(0) { $0 + $1.bytes.count } > 4 << 20 }
    /// When the next bytes may be sent.
    var nextDue: ContinuousClock.Instant? { waiting.first?.due }

    /// What `poll` waits for: bytes from the peer, if they are wanted, and room for bytes that are due.
    func wait(_ now: ContinuousClock.Instant, isRead: Bool) -> pollfd {
        let reading = isRead && !hasEnded ? POLLIN : 0
        let writing = nextDue.map { $0 <= now } ?? false ? POLLOUT : 0
        // poll ignores -1; with no events it would report a connection's end over and over.
        return pollfd(fd: reading | writing == 0 ? -1 : descriptor, events: Int16(reading | writing), revents: 0)
    }

    /// The bytes that have arrived, without waiting; empty where there are none.
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
                if errno != EAGAIN && errno != EINTR {
                    waiting = []
                    hasEnded = true
                }
                return
            }
            waiting[0].bytes.removeFirst(count)
            if waiting[0].bytes.isEmpty { waiting.removeFirst() }
        }
    }

    /// Closes the socket; with a reset the peer gets an error instead of an end, and unsent bytes are lost.
    mutating func close(reset: Bool) {
        guard isOpen else { return }
        var linger = linger(l_onoff: reset ? 1 : 0, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        Foundation.close(descriptor)
        descriptor = -1
        waiting = []
    }
}
