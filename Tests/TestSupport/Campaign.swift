import Foundation

/// How many repetitions of a campaign are run: few in CI, all with `scripts/test --long`.
public enum Campaign {
    /// The share of the long campaigns to run: `KEYVIGIL_LONG=1` is all, `0.2` a fifth; nil is none.
    private static let share = ProcessInfo.processInfo.environment["KEYVIGIL_LONG"].flatMap(Double.init)

    /// Whether the long campaigns are run.
    public static let isLong = share != nil

    /// The number of repetitions: `ci` in CI, else the share of `long`, but at least `ci`.
    public static func count(ci: Int, long: Int) -> Int { share.map { max(ci, Int($0 * Double(long))) } ?? ci }
}
