internal import Foundation

/// A TCP proxy on 127.0.0.1 that fails on purpose, in front of a PostgreSQL server or any other.
///
/// Statements can be found only where they are not encrypted: the private clusters do not offer TLS.
public final class FaultProxy: Sendable {
    /// The server behind the proxy.
    public enum Target: Sendable {
        /// A port on 127.0.0.1.
        case port(Int)
        /// The path of a unix socket.
        case socket(String)
    }

    /// What the proxy does with bytes and new connections.
    public enum Mode: Sendable {
        /// Passes everything on.
        case pass
        /// Half-open: accepts, keeps every connection open, and drops all bytes, also the end of a connection.
        case hold
        /// Like ``hold`` once this many more bytes of each client have been passed to the server.
        case holdAfterForwarding(bytes: Int)
        /// Refuses new connections, as a port without a listener does; existing ones go on.
        case refuse
        /// Passes everything on with this delay in each direction.
        case delay(Duration)
        /// Cuts the client off once its message with these bytes has reached the server, before a byte of the answer.
        ///
        /// A statement of the extended protocol counts when it is executed, also if it was prepared long before, and
        /// its connection is cut at the `Sync` behind it. With `awaitingAnswer` the server has executed it by then;
        /// without, it may still be executing. In both cases the server sees the connection end only after it has
        /// answered. After `times` cuts, the mode is ``pass``.
        case cutAfterForwarding(String, awaitingAnswer: Bool = true, times: Int = .max)
    }

    /// The TCP port on 127.0.0.1 where it listens.
    public let port: Int
    private let loop: FaultProxyLoop

    /// Starts it. Pass `isPostgres: false` for other protocols; there
    /// ``Mode/cutAfterForwarding(_:awaitingAnswer:times:)`` finds nothing.
    ///
    /// - Throws: ``TestSupportFailure`` where no port is free.
    public init(to target: Target, isPostgres: Bool = true) throws {
        loop = try FaultProxyLoop(target, isPostgres: isPostgres)
        port = loop.port
        loop.start()
    }

    deinit { loop.stop() }

    /// What it does from now on, also with existing connections.
    public var mode: Mode {
        get { loop.mode }
        set { loop.mode = newValue }
    }

    /// Cuts all connections off, on both sides, with a reset.
    public func cut() { loop.cut() }

    /// How many clients ``Mode/cutAfterForwarding(_:awaitingAnswer:times:)`` has cut off.
    public var statementCuts: Int { loop.statementCuts }

    /// How many connections are open.
    public var connections: Int { loop.connections }

    /// How many connections it has accepted.
    public var accepted: Int { loop.accepted }
}
