internal import ArgumentParser

/// Exit statuses of the program: 3 is its own, the others are those of `sysexits.h`.
///
/// `check` and `keys test` end with 0, 1 or 2 instead, as the key is alive, dead or unknown.
enum ExitStatus: Int32 {
    /// Done, but a person should look.
    case attention = 3
    case usage = 64
    case data = 65
    case unavailable = 69
    case internalError = 70
    /// Not all is done; the next start continues.
    case partial = 75
    case permission = 77
    case configuration = 78
}

extension ExitCode {
    init(_ status: ExitStatus) { self.init(status.rawValue) }
}
