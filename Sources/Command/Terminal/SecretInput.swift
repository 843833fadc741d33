internal import Foundation
internal import Glibc
internal import KeyVigil
internal import Secrets
internal import Vocabulary

/// Reads a key from standard input, piped or at a prompt that does not show it: an argument would stand in process lists.
enum SecretInput {
    private static let capacity = 8192

    private static var isPiped: Bool { isatty(STDIN_FILENO) == 0 }

    /// The bytes without surrounding white space.
    ///
    /// - Throws: `InvalidInput` where there are none or more than 8191.
    static func read() throws -> SecretBytes {
        let secret = isPiped ? try readAll() : try readAtPrompt()
        guard secret.count > 0 else {
            throw InvalidInput("no key on standard input; pipe it in or paste it and press Enter")
        }
        return secret
    }

    private static func readAtPrompt() throws -> SecretBytes {
        Terminal.write("Key: ", to: STDERR_FILENO)
        return try withoutEcho {
            defer { Terminal.write("\n", to: STDERR_FILENO) }
            return try readAll(untilLineEnd: true)
        }
    }

    private static func readAll(untilLineEnd: Bool = false) throws -> SecretBytes {
        let raw = SecretBytes(count: capacity) { buffer in
            var count = 0
            while count < buffer.count {
                let more = Glibc.read(STDIN_FILENO, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                guard more > 0 else { break }
                count += more
                if untilLineEnd, buffer[count - 1] == 10 { break }
            }
            return count
        }
        guard raw.count < capacity else {
            throw InvalidInput("standard input holds more than a key; send the key alone")
        }
        return raw.withBytes { SecretBytes(copying: trimmed($0)) }
    }

    private static func trimmed(_ bytes: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
        let start = bytes.firstIndex { !isSpace($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
        return bytes[start..<end]
    }

    private static func withoutEcho<Value>(_ body: () throws -> Value) rethrows -> Value {
        var before = termios()
        tcgetattr(STDIN_FILENO, &before)
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) }
        return try body()
    }
}
