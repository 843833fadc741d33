/// Text in which `*` stands for any run of characters, for messages that echo part of the key.
struct Pattern: Sendable, Equatable {
    let source: String
    private let pieces: [[UInt8]]

    init(_ text: String) {
        source = text
        pieces = text.split(separator: "*", omittingEmptySubsequences: false).map { Array($0.utf8) }
    }

    /// The length in bytes of the longest piece between stars.
    var literalLength: Int { pieces.map(\.count).max() ?? 0 }

    func matches(_ text: some Collection<UInt8>) -> Bool {
        let bytes = Array(text)
        guard let first = pieces.first, let last = pieces.last, bytes.starts(with: first) else { return false }
        guard pieces.count > 1 else { return bytes == first }
        var position = first.count
        for piece in pieces.dropFirst().dropLast() {
            guard let end = bytes.endOfFirst(piece, from: position) else { return false }
            position = end
        }
        return bytes.count - position >= last.count && bytes.suffix(last.count).elementsEqual(last)
    }
}

extension [UInt8] {
    /// The index after the first occurrence of `piece` at or after `start`; nil without one.
    fileprivate func endOfFirst(_ piece: [UInt8], from start: Int) -> Int? {
        guard count - start >= piece.count else { return nil }
        let found = (start...(count - piece.count)).first { self[$0..<($0 + piece.count)].elementsEqual(piece) }
        return found.map { $0 + piece.count }
    }
}
