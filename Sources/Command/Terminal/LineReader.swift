internal import Foundation
internal import KeyVigil
internal import Vocabulary

/// Lines of a file or of standard input, numbered from 1, without the empty ones.
struct LineReader {
    private let handle: FileHandle
    private var rest = Data()
    private var number = 0
    private var isAtEnd = false
    /// The file's size in bytes; 0 where it is not known.
    let size: Int
    /// Bytes read so far.
    private(set) var position = 0

    /// - Parameter path: `-` is standard input.
    init(_ path: String) throws {
        guard path != "-" else {
            handle = .standardInput
            size = 0
            return
        }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw InvalidInput("cannot read that file; give the path of JSON Lines, or - for standard input")
        }
        handle = file
        size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    private static let longestLine = 1 << 20

    /// The next lines, at most `count`; none at the end.
    ///
    /// - Throws: `InvalidInput` for a file that cannot be read on and for a line of more than 1 MiB.
    mutating func next(_ count: Int) throws(InvalidInput) -> [(number: Int, data: Data)] {
        var lines: [(Int, Data)] = []
        while lines.count < count, let line = try nextLine() {
            number += 1
            if !line.isEmpty { lines.append((number, line)) }
        }
        return lines
    }

    private mutating func nextLine() throws(InvalidInput) -> Data? {
        var searched = 0
        while true {
            if let end = rest.dropFirst(searched).firstIndex(of: 10) {
                defer { rest = rest[(end + 1)...] }
                return rest[..<end]
            }
            searched = rest.count
            guard searched <= Self.longestLine else {
                throw InvalidInput("line \(number + 1) is too long; write one JSON object a line")
            }
            let more = try isAtEnd ? Data() : read()
            guard !more.isEmpty else {
                isAtEnd = true
                defer { rest = Data() }
                return rest.isEmpty ? nil : rest
            }
            position += more.count
            rest = Data(rest) + more
        }
    }

    private func read() throws(InvalidInput) -> Data {
        do { return try handle.read(upToCount: 1 << 16) ?? Data() } catch {
            throw InvalidInput("the file cannot be read from line \(number + 1) on; give the path of JSON Lines")
        }
    }
}
