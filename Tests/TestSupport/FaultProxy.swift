internal import Foundation

/// A TCP proxy on 127.0.0.1 that fails on purpose, in front of a PostgreSQL server or any other.
///
/// Statements can be found only where they are not encrypted: the private clusters do not offer TLS.
public final class FaultProxy: Sendable {
    /// What is behind it.
    public enum Target: Sendable {
        /// A port on 127.0.0.1.
        case port(Int)
        /// The path of a unix socket.
        case socket(String)
    }

    /// What it does with bytes and new connections.
    public enum Mode: Sendable {
        /// Passes everything on.
        case pass
        /// Half-open: accepts, keeps every connection open, and swallows what comes, the end of a connection included.
        case hold
        /// The same once so many more bytes of each client have reached the server.
        case holdAfterForwarding(bytes: Int)
        /// New connections are refused, as if nobody listened; those there are go on.
        case refuse
        /// Passes everything on that much later, each way.
        case delay(Duration)
        /// Cuts the client off once its message with these bytes has reached the server, before a byte of the answer.
        ///
        /// A statement of the extended protocol counts when it is executed, also if it was prepared long before, and its
        /// connection is cut at the `Sync` behind it. With `awaitingAnswer` the server has done its work by then;
        /// without, it may still be at it. In both cases it sees an end of the connection only after it has answered.
        /// After `times` cuts, the mode is ``pass``.
        case cutAfterForwarding(String, awaitingAnswer: Bool = true, times: Int = .max)
    }

    /// Where it listens.
    public let port: Int
    private let loop: FaultProxyLoop

    /// Starts it. Give `isPostgres: false` for other protocols, where ``Mode/cutAfterForwarding(_:awaitingAnswer:times:)``
    /// finds nothing.
    public init(to target: Target, isPostgres: Bool = true) throws {
        loop = try FaultProxyLoop(target, isPostgres: isPostgres)
        port = loop.port
        loop.start()
    }

    deinit { loop.stop() }

    /// What it does from now on, with connections that there are already as well.
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

    /// How many it has accepted.
    public var accepted: Int { loop.accepted }
}
