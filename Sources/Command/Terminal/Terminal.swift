internal import ArgumentParser
internal import Foundation
internal import Glibc
internal import Synchronization

/// Writes to standard output and standard error.
enum Terminal {
    /// Whether to show colours and progress bars: only on a terminal, never with `NO_COLOR` or `CI`.
    static func isRich(_ descriptor: Int32) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        let isPlain = environment["NO_COLOR"] != nil || environment["CI"] != nil || environment["TERM"] == "dumb"
        return isatty(descriptor) == 1 && !isPlain
    }

    /// One line on standard output.
    static func say(_ line: String = "") { write(line + "\n", to: STDOUT_FILENO) }

    /// One line on standard error.
    static func error(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    /// Writes a part of an export to standard output.
    ///
    /// - Throws: an exit code once standard output fails, also where its reader has ended: an export that was cut short
    ///   must not look complete.
    static func export(_ text: String) throws {
        write(text, to: STDOUT_FILENO)
        if outputFailure.load(ordering: .relaxed) != 0 { throw cutShort("export") }
    }

    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            switch written < 0 ? errno : 0 {
            case 0: bytes = bytes.dropFirst(written)
            case EINTR: break
            case EAGAIN:
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            case let code:
                if descriptor == STDOUT_FILENO { outputFailure.store(code, ordering: .relaxed) }
                return
            }
        }
    }

    /// `errno` of the write to standard output that failed; 0 while none has.
    private static let outputFailure = Atomic<Int32>(0)

    /// Whether the reader of standard output has ended, as `head` does after its last line: more rows are wasted work.
    static var hasNoReader: Bool { outputFailure.load(ordering: .relaxed) == EPIPE }

    /// Throws an exit code where standard output has failed, as a file does on a full disk: what was cut short must not
    /// look complete. A reader that has ended is no failure.
    static func checkOutput() throws {
        guard outputFailure.load(ordering: .relaxed) != 0, !hasNoReader else { return }
        throw cutShort("output")
    }

    private static func cutShort(_ what: String) -> ExitCode {
        error("keyvigil: the \(what) is cut short: standard output takes no more")
        return ExitCode(.internalError)
    }

    /// `text` in a style, where standard output shows colours.
    static func styled(_ text: String, as style: Style) -> String {
        isRich(STDOUT_FILENO) ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }

    enum Style: String {
        case bold = "1", dim = "2", red = "31", green = "32", yellow = "33", cyan = "36"
    }
}
