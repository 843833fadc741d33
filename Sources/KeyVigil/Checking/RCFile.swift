internal import Foundation
internal import Secrets

/// A JSON object of texts with `<provider>_api_key`, as client libraries read it.
///
/// Read by hand: a decoder would leave every key of the file in memory that nobody wipes.
struct RCFile {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0

    private struct Malformed: Error {}

    /// Nil where the file is not there or has no key of the provider.
    static func key(of provider: String, in path: String) throws -> SecretBytes? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let content = try PrivateFile.read(path)
        do {
            return try content.withBytes { bytes in
                var file = RCFile(bytes: bytes)
                return try file.value(of: Array("\(provider)_api_key".utf8)).map { unescaped(bytes[$0]) }
            }
        } catch {
            throw InvalidInput("\(path) must be a JSON object of texts, as in {\"openai_api_key\": \"…\"}")
        }
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Where the text of this name stands; the last one counts.
    private mutating func value(of wanted: [UInt8]) throws(Malformed) -> Range<Int>? {
        var found: Range<Int>?
        try take("{")
        if isNext("}") {
            try take("}")
        } else {
            repeat {
                let name = try text()
                try take(":")
                let value = try text()
                if bytes[name].elementsEqual(wanted) { found = value }
            } while try !isLast()
        }
        skipSpace()
        guard index == bytes.count else { throw Malformed() }
        return found
    }

    private mutating func isLast() throws(Malformed) -> Bool {
        if isNext(",") {
            try take(",")
            return false
        }
        try take("}")
        return true
    }

    /// What stands between two quotes, escapes included.
    private mutating func text() throws(Malformed) -> Range<Int> {
        try take("\"")
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            guard bytes[index] >= 0x20 else { throw Malformed() }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < bytes.count else { throw Malformed() }
        index += 1
        return start..<(index - 1)
    }

    private mutating func take(_ character: Unicode.Scalar) throws(Malformed) {
        guard isNext(character) else { throw Malformed() }
        index += 1
    }

    private mutating func isNext(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        return index < bytes.count && bytes[index] == UInt8(ascii: character)
    }

    private mutating func skipSpace() {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
    }

    /// Of the escapes only those of printable ASCII mean a letter of a key; any other becomes a byte that no key may hold.
    private static func unescaped(_ text: Slice<UnsafeRawBufferPointer>) -> SecretBytes {
        SecretBytes(count: text.count) { buffer in
            var (count, rest) = (0, text)
            while let byte = rest.popFirst() {
                buffer[count] = byte == UInt8(ascii: "\\") ? escape(&rest) : byte
                count += 1
            }
            return count
        }
    }

    private static func escape(_ rest: inout Slice<UnsafeRawBufferPointer>) -> UInt8 {
        guard let letter = rest.popFirst() else { return 0 }
        if "\"\\/".utf8.contains(letter) { return letter }
        guard letter == UInt8(ascii: "u"), rest.count >= 4 else { return 0 }
        let digits = (0..<4).map { _ in rest.popFirst() ?? 0 }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
    }
}
