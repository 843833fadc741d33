import FlyingFox
import FlyingSocks
import Foundation

extension HTTPResponse {
    /// Closes the connection without a byte: the server drops a connection whose protocol switch fails.
    static var dropped: HTTPResponse { HTTPResponse(webSocket: Refusal()) }

    private struct Refusal: WSHandler {
        func makeFrames(
            for client: AsyncThrowingStream<WSFrame, any Error>
        ) async throws -> AsyncStream<WSFrame> {
            throw SocketError.disconnected
        }
    }
}

/// A body that breaks off after its first piece, whatever length was promised.
struct CutShort: AsyncBufferedSequence {
    typealias Element = UInt8
    let first: Data

    func makeAsyncIterator() -> Iterator { Iterator(first: first) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var first: Data?

        mutating func next() async throws -> UInt8? {
            guard let byte = first?.popFirst() else { throw SocketError.disconnected }
            return byte
        }

        mutating func nextBuffer(suggested count: Int) async throws -> Data? {
            guard let piece = first else { throw SocketError.disconnected }
            first = nil
            return piece
        }
    }
}
