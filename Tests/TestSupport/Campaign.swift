import Foundation

/// How much of a campaign is run: a small part in CI, all of it with `scripts/test --long`.
public enum Campaign {
    /// How much of the long campaigns is asked for: `KEYVIGIL_LONG=1` is all, `0.2` a fifth; nil is none.
    private static let share = ProcessInfo.processInfo.environment["KEYVIGIL_LONG"].flatMap(Double.init)

    /// Whether the long campaigns are asked for.
    public static let isLong = share != nil

    /// A campaign's number of repetitions.
    public static func count(ci: Int, long: Int) -> Int { share.map { max(ci, Int($0 * Double(long))) } ?? ci }
}
