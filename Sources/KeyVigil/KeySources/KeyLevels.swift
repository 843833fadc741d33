public import Foundation
public import Secrets

/// The places where a key that is checked without being stored may be found; the first that has one counts.
///
/// Such a key belongs to one request: it is not stored, and its bytes are wiped when the last reference to them is
/// released, so keep what ``key(of:in:)`` returns no longer than the probe takes.
public struct KeyLevels: Sendable {
    /// Where a key was found. The raw values stand in JSON output.
    public enum Level: String, Sendable, CaseIterable {
        /// Given with the request.
        case explicit
        /// Set by the program that embeds this library.
        case settings
        /// An environment variable.
        case environment
        /// A JSON file with `<provider>_api_key`, as client libraries read it.
        case rcFile = "rc_file"
        /// The platform's own key.
        case platform
    }

    /// Returns the key for a provider's id, or nil. It is called only when no earlier place has a key.
    public typealias Place = @Sendable (_ provider: String) throws -> SecretBytes?

    /// The default order, in which the embedding program's settings come before the environment. The program
    /// `keyvigil` uses another, with the environment first, as for all its settings (ruling 33).
    public static let order: [Level] = [.explicit, .settings, .environment, .rcFile, .platform]

    /// The key that was given with the request.
    public var explicit: SecretBytes?
    /// The embedding program's own settings.
    public var settings: Place
    /// The name of the environment variable.
    public var variable: String
    /// The environment; an empty variable counts as not set.
    public var environment: [String: String]
    /// The path of the JSON file; a file that does not exist has no key.
    public var rcFile: String?
    /// The platform's own key.
    public var platform: Place

    /// Places of keys; those that are not given have no key, except for the environment of this process.
    public init(
        explicit: SecretBytes? = nil, settings: @escaping Place = { _ in nil }, variable: String = "KEYVIGIL_KEY",
        environment: [String: String] = ProcessInfo.processInfo.environment, rcFile: String? = nil,
        platform: @escaping Place = { _ in nil }
    ) {
        self.explicit = explicit
        self.settings = settings
        self.variable = variable
        self.environment = environment
        self.rcFile = rcFile
        self.platform = platform
    }

    /// The key and where it was found; nil where no place has one.
    ///
    /// - Throws: `InvalidInput` for an rc file that is not a JSON object of texts, ``PrivateFileRefused`` for one
    ///   that others may read or this user may not, and what a ``Place`` throws.
    public func key(
        of provider: String, in order: [Level] = KeyLevels.order
    ) throws -> (secret: SecretBytes, level: Level)? {
        for level in order {
            if let secret = try key(of: provider, at: level) { return (secret, level) }
        }
        return nil
    }

    private func key(of provider: String, at level: Level) throws -> SecretBytes? {
        switch level {
        case .explicit: explicit
        case .settings: try settings(provider)
        case .environment:
            environment[variable].flatMap { $0.isEmpty ? nil : SecretBytes(copying: $0.utf8) }
        case .rcFile: try rcFile.flatMap { try RCFile.key(of: provider, in: $0) }
        case .platform: try platform(provider)
        }
    }
}
