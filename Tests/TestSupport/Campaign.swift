import Foundation

/// How much of a campaign is run: a small part in CI, all of it with `scripts/test --long`.
public enum Campaign {
    /// Whether the long campaigns are asked for.
    public static let isLong = ProcessInfo.processInfo.environment["KEYVIGIL_LONG"] == "1"

    /// A campaign's number of repetitions.
    public static func count(ci: Int, long: Int) -> Int { isLong ? long : ci }
}
