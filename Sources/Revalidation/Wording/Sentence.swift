internal import Foundation

/// Text for people, made from facts at the time when it is read (ruling 53).
///
/// The job's sentences come from this folder, so that they can be reworded or translated without any other effect. Not
/// from here are the words of `AuditFault`, of `resolve` and of the command's errors. The type holds sentences apart
/// from what is stored: it can neither be compared nor encoded, and no statement takes it as a value. A mail is the
/// exception: its text is stored as it was composed.
package struct Sentence: Sendable, CustomStringConvertible {
    /// The text to print.
    package let text: String

    /// A sentence of this text.
    package init(_ text: String) { self.text = Self.isReworded ? Self.reworded(text) : text }

    /// The text to print.
    package var description: String { text }

    /// The mark with which every reworded sentence of a test build begins.
    package static let mark = "\u{203B}"

    private static func reworded(_ text: String) -> String { mark + String(text.reversed()) }

    /// Whether a test build replaces every sentence by a meaningless one (`KEYVIGIL_TEST_REWORDING`), to show that
    /// nothing depends on their text; never in release builds.
    private static let isReworded: Bool = {
        #if DEBUG
            ProcessInfo.processInfo.environment["KEYVIGIL_TEST_REWORDING"] != nil
        #else
            false
        #endif
    }()
}
