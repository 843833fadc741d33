/// Keeps the program's arguments out of messages: a user may have given a key as an argument by mistake.
enum ArgumentRedaction {
    /// `message` with `(hidden)` in place of every long argument. Short words and options' names are no keys and stay.
    ///
    /// - Parameter hidesPaths: also hides what looks like a path. Only for messages of the argument parser, which
    ///   complains about words that were meant as something else.
    static func redacted(
        _ message: String, hidesPaths: Bool = false, arguments: [String] = CommandLine.arguments
    ) -> String {
        let shortest = hidesPaths ? 12 : 16
        var redacted = message
        for word in words(arguments) where word.count >= shortest && !isOption(word) && (hidesPaths || !isPath(word)) {
            redacted = redacted.split(separator: word, omittingEmptySubsequences: false).joined(separator: "(hidden)")
        }
        return redacted
    }

    /// The arguments, and the two sides of those of the form `--option=value`.
    private static func words(_ arguments: [String]) -> [Substring] {
        arguments.dropFirst().flatMap { [Substring($0)] + $0.split(separator: "=", maxSplits: 1) }
    }

    /// Begins as a path, or ends with a short extension.
    private static func isPath(_ word: Substring) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return word.hasPrefix("/") || word.hasPrefix(".") || (parts.count > 1 && (parts.last?.count ?? 0) < 6)
    }

    /// An option's name, such as `--max-duration`.
    private static func isOption(_ word: Substring) -> Bool {
        word.hasPrefix("--") && word.count < 20 && word.allSatisfy { $0 == "-" || $0.isLowercase }
    }
}
