import FlyingFox
import FlyingSocks
import Foundation

extension HTTPResponse {
    /// Closes the connection without sending a byte: FlyingFox does that where a switch to WebSocket fails.
    static var dropped: HTTPResponse { HTTPResponse(webSocket: FailingSwitch()) }

    private struct FailingSwitch: WSHandler {
        func makeFrames(
            for client: AsyncThrowingStream<WSFrame, any Error>
        ) async throws -> AsyncStream<WSFrame> {
            throw SocketError.disconnected
        }
    }
}

/// A body that ends after `sent`, whatever length the headers announce.
struct TruncatedBody: AsyncBufferedSequence {
    typealias Element = UInt8
    let sent: Data

    func makeAsyncIterator() -> Iterator { Iterator(rest: sent) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var rest: Data?

        mutating func next() async throws -> UInt8? {
            guard let byte = rest?.popFirst() else { throw SocketError.disconnected }
            return byte
        }

        mutating func nextBuffer(suggested count: Int) async throws -> Data? {
            guard let piece = rest else { throw SocketError.disconnected }
            rest = nil
            return piece
        }
    }
}
