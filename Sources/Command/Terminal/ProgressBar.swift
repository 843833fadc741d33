internal import Foundation
internal import Synchronization

/// A progress bar on standard error, drawn at most ten times a second, and only on a terminal.
final class ProgressBar: Sendable {
    private let title: String
    /// Whether standard error is a terminal that shows it.
    let isShown = Terminal.isRich(STDERR_FILENO)
    private let lastDrawn = Mutex(ContinuousClock.now - .seconds(1))

    init(_ title: String) { self.title = title }

    func show(done: Int, of total: Int) {
        guard isShown, isTime(isLast: done >= total) else { return }
        let share = total > 0 ? min(Double(done) / Double(total), 1) : 1
        let width = 30
        let filled = Int(share * Double(width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        Terminal.write("\r\u{1b}[K\(title) \(bar) \(done)/\(max(total, done))", to: STDERR_FILENO)
    }

    /// Clears the line.
    func end() {
        if isShown { Terminal.write("\r\u{1b}[K", to: STDERR_FILENO) }
    }

    private func isTime(isLast: Bool) -> Bool {
        lastDrawn.withLock { last in
            guard isLast || last.duration(to: .now) > .milliseconds(100) else { return false }
            last = .now
            return true
        }
    }
}
